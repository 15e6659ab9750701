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
    new Set(),
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
  const config = { header: 'mine', limits: ['from-yaml', 'open'], value: 'patched', plain: 'kong' };
  const secrets = new Set(['mine', 'from-yaml', 'patched', 'any']);
  expect(shownConfiguration({ plugins: [plugin(config)] }, secrets)).toEqual({
    plugins: [plugin({ header: '***', limits: ['***', 'open'], value: '***', plain: 'kong' })],
  });
});
