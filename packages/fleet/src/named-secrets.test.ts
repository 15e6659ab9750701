import {
  createFragment,
  FragmentMap,
  type Fragment,
  type FragmentPart,
} from '@silverback/kong-configuration';
import { NamedSecrets } from './named-secrets.ts';

function fragment(root: string, ...parts: FragmentPart[]): Fragment {
  const [kind = '', namespace = '', name = ''] = root.split('/');
  return createFragment({
    root,
    resource: { kind, namespace, name },
    precedence: { creationTimestamp: '', namespace, name, uid: '' },
    parts,
    problems: [],
  });
}

const sni = (secret: string): FragmentPart => ({ type: 'sni', host: 'a.test', secret, field: 'spec.tls[0]' });

const plugin: FragmentPart = {
  type: 'plugin',
  plugin: 'KongPlugin/shop/limit',
  definition: { name: 'limit' },
  secrets: { values: [{ secret: 'shop/redis', key: 'password', field: 'configFrom' }] },
};

const service: FragmentPart = {
  type: 'service',
  entity: { id: 'a', name: 'web', host: 'web', port: 80, protocol: 'https' },
  plugins: [],
  clientCertificate: { root: 'Secret/shop/client', field: 'metadata.annotations' },
};

test.each([
  ['shop/cert', sni('shop/cert')],
  ['shop/redis', plugin],
  ['shop/client', service],
])('%s is named', (secret, part) => {
  const secrets = new NamedSecrets();
  const fragments = FragmentMap.of([fragment('Any/shop/web', part)]);
  expect(secrets.has(secret, fragments)).toBe(true);
  expect(secrets.has('shop/other', fragments)).toBe(false);
});

test('a Secret is named until the last fragment that names it is gone', () => {
  const secrets = new NamedSecrets();
  const both = FragmentMap.of([
    fragment('Ingress/shop/a', sni('shop/cert')),
    fragment('Ingress/shop/b', sni('shop/cert'), sni('shop/cert')),
  ]);
  expect(secrets.has('shop/cert', both)).toBe(true);
  const one = both.with([['Ingress/shop/b', undefined]]);
  expect(secrets.has('shop/cert', one)).toBe(true);
  const changed = one.with([['Ingress/shop/a', fragment('Ingress/shop/a', sni('shop/other'))]]);
  expect(secrets.has('shop/cert', changed)).toBe(false);
  expect(secrets.has('shop/other', changed)).toBe(true);
});
