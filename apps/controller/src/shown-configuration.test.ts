import { ClusterState, projectResource } from '@silverback/cluster-state';
import type { JsonValue } from '@silverback/kong-configuration';
import { shownConfiguration } from './shown-configuration.ts';

const plugin = (config: JsonValue): JsonValue => ({ id: 'p', name: 'any', config });

test('credentials, licences, vaults, private keys and custom entities show no secrets', () => {
  const shown = shownConfiguration(
    {
      _format_version: '3.0',
      certificates: [{ id: 'c', cert: 'PUBLIC', key: 'PRIVATE' }],
      consumers: [{ id: 'a', username: 'ann', keyauth_credentials: [{ id: 'k', key: 'SECRET' }] }],
      degraphql_routes: [{ id: 'd', uri: '/', client_secret: 'SECRET' }],
      licenses: [{ id: 'l', payload: 'SECRET' }],
      vaults: [{ id: 'v', name: 'hcv', prefix: 'v', config: { any: 'SECRET' } }],
    },
    new ClusterState(),
  );
  expect(shown).toEqual({
    _format_version: '3.0',
    certificates: [{ id: 'c', cert: 'PUBLIC', key: '***' }],
    consumers: [{ id: 'a', username: 'ann', keyauth_credentials: [{ id: 'k', key: '***' }] }],
    degraphql_routes: [{ id: 'd', uri: '/', client_secret: '***' }],
    licenses: [{ id: 'l', payload: '***' }],
    vaults: [{ id: 'v', name: 'hcv', prefix: 'v', config: { any: '***' } }],
  });
});

test('what a plugin takes from a Secret is hidden under whatever name it stands', () => {
  const state = new ClusterState();
  const stringData = { whole: 'header: mine\nlimits: [from-yaml]', one: '"patched"', other: 'untouched' };
  const data = Object.fromEntries(
    Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  const objects = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'shop' }, data },
    {
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongPlugin',
      metadata: { name: 'p', namespace: 'shop' },
      plugin: 'any',
      configFrom: { secretKeyRef: { name: 's', key: 'whole' } },
    },
  ];
  const projections = objects.map((object) => projectResource(object));
  state.replaceAll(
    projections.flatMap((projection) => ('resource' in projection ? [projection.resource] : [])),
  );
  const config = { header: 'mine', limits: ['from-yaml', 'open'], value: 'patched', plain: 'kong' };
  expect(shownConfiguration({ plugins: [plugin(config)] }, state)).toEqual({
    plugins: [plugin({ header: '***', limits: ['***', 'open'], value: '***', plain: 'kong' })],
  });
});
