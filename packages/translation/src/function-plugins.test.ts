import { documents, ingressYaml, serviceYaml } from './testing/ingress-yaml.ts';
import { fragmentsOf, problemsOf } from './testing/manifests.ts';

function pluginYaml(name: string, plugin: string): string {
  const metadata = { name, namespace: 'shop' };
  return JSON.stringify({ apiVersion: 'configuration.konghq.com/v1', kind: 'KongPlugin', metadata, plugin });
}

function problemsWith(ofIngress: string, ofService: string): string[] {
  const manifests = documents(
    ingressYaml({ paths: { '/': 'shop:80' }, annotations: { 'konghq.com/plugins': 'a' } }),
    serviceYaml('shop', { ports: [{ port: 80 }] }, { 'konghq.com/plugins': 'b' }),
    pluginYaml('a', ofIngress),
    pluginYaml('b', ofService),
  );
  return problemsOf(fragmentsOf(manifests));
}

test.each(['pre-function', 'post-function'])('a %s of an Ingress replaces the one of its Service', (type) => {
  expect(problemsWith(type, type)).toEqual([
    `warning FunctionPluginReplaced Ingress/web metadata.annotations["konghq.com/plugins"]: KongPlugin/shop/a is a ${type}, and so is a plugin of Service shop/shop; requests of the Ingress run the one of the Ingress only`,
  ]);
});

test.each([
  ['pre-function', 'post-function'],
  ['cors', 'cors'],
])('a %s beside a %s needs no word', (ofIngress, ofService) => {
  expect(problemsWith(ofIngress, ofService)).toEqual([]);
});
