import { documents } from './testing/ingress-yaml.ts';
import { fragmentsOf, problemsOf } from './testing/manifests.ts';

const NAMED = {
  apiGroup: 'configuration.konghq.com',
  kind: 'IngressClassParameters',
  scope: 'Namespace',
  namespace: 'kong',
  name: 'p',
};

function ingressClass(name: string, parameters: object): string {
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name },
    spec: { controller: 'ingress-controllers.konghq.com/kong', parameters },
  });
}

function parameters(spec: object): string {
  return JSON.stringify({
    apiVersion: 'configuration.konghq.com/v1alpha1',
    kind: 'IngressClassParameters',
    metadata: { name: 'p', namespace: 'kong' },
    spec,
  });
}

const problemsWith = (...manifests: string[]): string[] => problemsOf(fragmentsOf(documents(...manifests)));

test('parameters that are right, or of another class, are no problem', () => {
  expect(problemsWith(ingressClass('kong', NAMED), parameters({ serviceUpstream: true }))).toEqual([]);
  expect(problemsWith(ingressClass('other', NAMED))).toEqual([]);
  expect(problemsWith(parameters({ serviceUpstream: 'true' }))).toEqual([]);
});

test('parameters that are missing, or not read, are a problem of the class', () => {
  expect(problemsWith(ingressClass('kong', NAMED))).toEqual([
    'error ClassParametersNotFound IngressClass/kong spec.parameters: there is no IngressClassParameters kong/p; Ingresses of the class are served without parameters',
  ]);
  expect(problemsWith(ingressClass('kong', { kind: 'ConfigMap', name: 'p' }))).toEqual([
    expect.stringContaining('ConfigMap of the core group is not IngressClassParameters'),
  ]);
  const clusterWide = { ...NAMED, scope: 'Cluster' };
  expect(problemsWith(ingressClass('kong', clusterWide), parameters({}))).toHaveLength(1);
});

test('a mistake in the parameters is told once, and does not touch the other field', () => {
  const found = problemsWith(
    ingressClass('kong', NAMED),
    parameters({ serviceUpstream: 'true', enableLegacyRegexDetection: true, servceUpstream: true }),
  );
  expect(found).toEqual([
    'error ResourceInvalid IngressClassParameters/p spec.serviceUpstream: must be true or false; the field has no effect',
    'error ResourceInvalid IngressClassParameters/p spec.servceUpstream: is not a known field; the field has no effect',
  ]);
});
