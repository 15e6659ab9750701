import { certificateId, pluginId, routeId, serviceId, sniId, targetId, upstreamId } from './ids.ts';

const UUID_V5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('IDs', () => {
  test("a service, a route and a plugin have the IDs that Kong's own controller gives them", () => {
    expect(serviceId('foo-namespace.foo-svc.80')).toBe('fe1e2edc-5479-52fe-b0f4-b90d8d5f83ba');
    expect(routeId('foo-namespace.foo.foo-svc.example.com.80')).toBe('3eee2c18-8fcc-5661-8f84-5c89adfa404f');
    expect(pluginId('degraphql', { route: 'default.i1.s1..80' })).toBe(
      '930be9b8-4872-5184-90f6-836547507ba1',
    );
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
    ];
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(UUID_V5);
  });

  test('the same target has another ID in another upstream', () => {
    expect(targetId('one', '10.0.0.1:80')).not.toBe(targetId('two', '10.0.0.1:80'));
  });
});
