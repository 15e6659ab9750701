import {
  certificateId,
  consumerGroupId,
  consumerId,
  credentialId,
  customEntityId,
  licenseId,
  pluginId,
  routeId,
  serviceId,
  sharedCredentialId,
  sniId,
  targetId,
  upstreamId,
  vaultId,
} from './ids.ts';

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('IDs', () => {
  test("a service, a route and a plugin have the IDs that Kong's own controller gives them", () => {
    expect(serviceId('foo-namespace.foo-svc.80')).toBe('fe1e2edc-5479-52fe-b0f4-b90d8d5f83ba');
    expect(routeId('foo-namespace.foo.foo-svc.example.com.80')).toBe('3eee2c18-8fcc-5661-8f84-5c89adfa404f');
    expect(pluginId('degraphql', { route: 'default.i1.s1..80' })).toBe(
      '930be9b8-4872-5184-90f6-836547507ba1',
    );
  });

  test("a consumer and a group have the IDs that Kong's own controller gives them", () => {
    expect(consumerId({ username: 'consumer', custom_id: 'any' })).toBe(
      '7deb6e70-60be-5dd2-b374-06551479ea5e',
    );
    expect(consumerGroupId('consumer-group-1')).toBe('dc176b3e-97a3-55b5-935a-b6edda29067d');
  });

  test('a consumer that has only a custom_id is not the one with this username', () => {
    expect(consumerId({ custom_id: 'a' })).not.toBe(consumerId({ username: 'a' }));
    expect(pluginId('acl', { customId: 'a' })).not.toBe(pluginId('acl', { consumer: 'a' }));
  });

  test('a credential of several consumers and an entity in several scopes have an ID for each', () => {
    const one = credentialId('default/acl');
    const ids = [
      one,
      credentialId('default/other'),
      sharedCredentialId(one, consumerId({ username: 'a' })),
      sharedCredentialId(one, consumerId({ username: 'b' })),
      customEntityId('degraphql_routes', 'KongCustomEntity/default/a'),
      customEntityId('degraphql_routes', 'KongCustomEntity/default/a', { service: 's' }),
      customEntityId('degraphql_routes', 'KongCustomEntity/default/a', { route: 's' }),
      customEntityId('other', 'KongCustomEntity/default/a', { route: 's' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('each part of the scope of a plugin makes another ID', () => {
    const ids = [
      pluginId('acl', {}),
      pluginId('acl', { service: 'x' }),
      pluginId('acl', { route: 'x' }),
      pluginId('acl', { consumer: 'x' }),
      pluginId('acl', { consumerGroup: 'x' }),
      pluginId('acl', { service: 'x', consumer: 'x' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the same name gives another ID for each type, and always a UUID of version 5', () => {
    const ids = [
      serviceId('a/b'),
      routeId('a/b'),
      upstreamId('a/b'),
      targetId('a', 'b'),
      certificateId('a', 'b'),
      sniId('a/b'),
      consumerId({ username: 'a/b' }),
      consumerGroupId('a/b'),
      credentialId('a/b'),
      vaultId('a/b'),
      licenseId('a/b'),
      customEntityId('a/b', 'a/b'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(UUID_V5);
  });

  test('the same target has another ID in another upstream', () => {
    expect(targetId('one', '10.0.0.1:80')).not.toBe(targetId('two', '10.0.0.1:80'));
  });
});
