import { createTestCa } from '@silverback/test-certificates';
import { HeldWorld } from './testing/held-world.ts';

const meta = (name: string, annotations = {}) => ({ name, namespace: 'shop', annotations });

function ingress(
  path: string,
  service: string,
  { name = 'web', port = '80', plugins = '', tls = '' } = {},
): object {
  const backend = {
    service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } },
  };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta(name, plugins === '' ? {} : { 'konghq.com/plugins': plugins }),
    spec: {
      ingressClassName: 'kong',
      rules: [{ host: 'shop.test', http: { paths: [{ path, pathType: 'Prefix', backend }] } }],
      ...(tls !== '' && { tls: [{ secretName: tls, hosts: ['shop.test'] }] }),
    },
  };
}

function service(name: string, annotations = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, annotations),
    spec: {
      ports: [
        { name: 'http', port: 80 },
        { name: 'admin', port: 81 },
      ],
    },
  };
}

function slice(of: string, ...addresses: readonly string[]): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...meta(`${of}-1`), labels: { 'kubernetes.io/service-name': of } },
    addressType: 'IPv4',
    ports: [
      { name: 'http', port: 8080 },
      { name: 'admin', port: 8081 },
    ],
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  };
}

const secret = (name: string, stringData: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: meta(name),
  stringData,
});

/** A plugin with a password from a Secret. */
function plugin(limit: string, secretName = 'redis'): object {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: meta('limit'),
    plugin: 'rate-limiting',
    config: { limit },
    configPatches: [
      { path: '/redis/password', valueFrom: { secretKeyRef: { name: secretName, key: 'password' } } },
    ],
  };
}

const password = (text: string, name = 'redis') => secret(name, { password: JSON.stringify(text) });

describe('a held Ingress whose Service nobody else uses', () => {
  const before = [
    ingress('/cart', 'old'),
    service('old'),
    slice('old', '10.0.0.1'),
    service('new'),
    slice('new', '10.1.0.1'),
  ];

  test('is served at its last accepted form, by the endpoints that its Service has now', async () => {
    const world = await HeldWorld.of(...before);
    expect(world.text).toContain('10.0.0.1:8080');
    await world.apply(ingress('/refused', 'new'));
    expect(world.held).toEqual(['Ingress/shop/web previous']);
    expect(world.text).toContain('"/cart/"');
    expect(world.text).toContain('10.0.0.1:8080');
    await world.apply(slice('old', '10.0.0.2'));
    expect(world.text).toContain('"/cart/"');
    expect(world.text).toContain('10.0.0.2:8080');
    expect(world.text).not.toContain('10.0.0.1:8080');
    await world.end();
  });

  test('stays so over a restart of the controller, which sends nothing', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(ingress('/refused', 'new'));
    await world.apply(slice('old', '10.0.0.2'));
    const { text, pushes } = world;
    await world.restart();
    expect(world.text).toBe(text);
    expect(world.pushes).toBe(pushes);
    await world.apply(slice('old', '10.0.0.3'));
    expect(world.text).toContain('10.0.0.3:8080');
    await world.end();
  });

  test('has the settings that its Service has now', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(ingress('/refused', 'new'));
    await world.apply(service('old', { 'konghq.com/retries': '7' }));
    expect(world.text).toContain('"retries":7');
    await world.end();
  });

  test('answers with an error where its Service is gone, as any route does, and never sends to endpoints of the past', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(ingress('/refused', 'new'));
    await world.apply('Service/shop/old');
    expect(world.text).toContain('"/cart/"');
    expect(world.text).toContain('old.shop.80.svc');
    expect(world.text).not.toContain('10.0.0.1:8080');
    expect(world.problems).toContain('ServiceNotFound Ingress/web');
    await world.end();
  });

  test('lets the Service go when the Ingress is mended', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(ingress('/refused', 'new'));
    await world.apply(ingress('/good', 'new'));
    expect(world.held).toEqual([]);
    expect(world.text).toContain('"/good/"');
    expect(world.text).not.toContain('old.shop.80.svc');
    await world.end();
  });

  test('shares the Service with another held one and with one that is not, each by its own port', async () => {
    const world = await HeldWorld.of(
      ...before,
      ingress('/admin', 'old', { name: 'admin', port: 'admin' }),
      ingress('/other', 'old', { name: 'other', port: '81' }),
    );
    await world.apply(ingress('/refused', 'new'), ingress('/refused/admin', 'new', { name: 'admin' }));
    expect(world.held).toEqual(['Ingress/shop/admin previous', 'Ingress/shop/web previous']);
    const names = ['shop.old.80', 'shop.old.admin', 'shop.old.81'];
    for (const name of names) expect(world.text).toContain(`"name":"${name}"`);
    for (const path of ['"/cart/"', '"/admin/"', '"/other/"']) expect(world.text).toContain(path);
    await world.end();
  });

  test('has the Service at its last accepted form, by the endpoints of now, where its newest form is refused too', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(ingress('/refused', 'new'), service('old', { 'konghq.com/path': '/refused' }));
    expect(world.held).toEqual(['Ingress/shop/web previous', 'Service/shop/old previous']);
    expect(world.text).toContain('"/cart/"');
    for (const proxy of world.proxies) proxy.pushed.length = 0;
    await world.apply(slice('old', '10.0.0.2'));
    expect(world.text).toContain('10.0.0.2:8080');
    // One accepted push to each: the refused form is not offered again.
    expect(world.proxies.map(({ pushed }) => pushed.length)).toEqual([1, 1, 1]);
    const { text } = world;
    await world.restart();
    expect(world.text).toBe(text);
    expect(world.pushes).toBe(3);
    await world.end();
  });
});

test('a held Ingress shows the certificate that its Secret holds now, also where nothing else names that any more', async () => {
  const ca = await createTestCa('CA');
  const [first, second] = await Promise.all([ca.issueServer(['shop.test']), ca.issueServer(['shop.test'])]);
  const world = await HeldWorld.of(
    ingress('/cart', 'old', { tls: 'cert' }),
    service('old'),
    secret('cert', { 'tls.crt': first.certificate, 'tls.key': first.key }),
  );
  await world.apply(ingress('/refused', 'old'));
  expect(world.text).toContain(JSON.stringify(first.certificate.trim()));
  await world.apply(secret('cert', { 'tls.crt': second.certificate, 'tls.key': second.key }));
  expect(world.text).toContain(JSON.stringify(second.certificate.trim()));
  expect(world.text).not.toContain(JSON.stringify(first.key.trim()));
  await world.apply('Secret/shop/cert');
  expect(world.text).not.toContain('BEGIN CERTIFICATE');
  expect(world.text).toContain('"/cart/"');
  await world.end();
});

test('a held Service shows the client certificate that its Secret holds now, and is left out without one', async () => {
  const ca = await createTestCa('CA');
  const [first, second] = await Promise.all([ca.issueClient('kong'), ca.issueClient('kong')]);
  const client = (name: string, { certificate, key }: typeof first) =>
    secret(name, { 'tls.crt': certificate, 'tls.key': key });
  const annotations = { 'konghq.com/protocol': 'https', 'konghq.com/client-cert': 'client' };
  const world = await HeldWorld.of(
    ingress('/cart', 'old'),
    service('old', annotations),
    client('client', first),
    client('other', first),
  );
  await world.apply(
    service('old', { ...annotations, 'konghq.com/client-cert': 'other', 'konghq.com/path': '/refused' }),
  );
  expect(world.held).toEqual(['Service/shop/old previous']);
  await world.apply(client('client', second));
  expect(world.text).toContain(JSON.stringify(second.certificate.trim()));
  expect(world.text).toContain('"client_certificate"');
  await world.apply('Secret/shop/client');
  expect(world.text).not.toContain('shop.old.80');
  expect(world.problems).toContain('CertificateNotProgrammed Service/old');
  await world.apply(client('client', first));
  expect(world.text).toContain('"/cart/"');
  await world.end();
});

test('a held Ingress asks for a plugin of another namespace as long as that grants it', async () => {
  const grant = {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'limit', namespace: 'team' },
    spec: {
      from: [{ group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop' }],
      to: [{ group: 'configuration.konghq.com', kind: 'KongPlugin' }],
    },
  };
  const limit = {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: { name: 'limit', namespace: 'team' },
    plugin: 'rate-limiting',
    config: { minute: 5 },
  };
  const world = await HeldWorld.of(
    ingress('/cart', 'old', { plugins: 'team:limit' }),
    service('old'),
    grant,
    limit,
  );
  // Its newest form does not ask for the plugin any more, which says nothing about the grant.
  await world.apply(ingress('/refused', 'old'));
  expect(world.text).toContain('"minute":5');
  await world.apply('ReferenceGrant/team/limit');
  expect(world.text).not.toContain('"/cart/"');
  await world.apply(grant);
  expect(world.text).toContain('"/cart/"');
  expect(world.text).toContain('"minute":5');
  await world.end();
});

describe('a held plugin', () => {
  const before = [
    ingress('/cart', 'old', { plugins: 'limit' }),
    service('old'),
    slice('old', '10.0.0.1'),
    plugin('5'),
    password('first'),
    password('other', 'another'),
  ];

  test('has the values that its Secret has now', async () => {
    const world = await HeldWorld.of(...before);
    // Its newest form takes another Secret, so that nothing names the first one any more.
    await world.apply(plugin('refused', 'another'));
    expect(world.held).toEqual(['KongPlugin/shop/limit previous']);
    expect(world.text).toContain('"limit":"5","redis":{"password":"first"}');
    await world.apply(password('second'));
    expect(world.text).toContain('"limit":"5","redis":{"password":"second"}');
    expect(world.text).not.toContain('first');
    // Known as a secret, although no resource names it any more.
    expect([...world.fleet.desiredSecrets]).toEqual(['second']);
    const { text, pushes } = world;
    await world.restart();
    expect([world.text, world.pushes]).toEqual([text, pushes]);
    await world.end();
  });

  test('is gone with its Secret, and so is the route that it protects', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(plugin('refused', 'another'));
    await world.apply('Secret/shop/redis');
    expect(world.text).not.toContain('"/cart/"');
    expect(world.held).toEqual(['KongPlugin/shop/limit left-out']);
    expect(world.problems).toEqual(
      expect.arrayContaining(['PluginNotProgrammed Ingress/web', 'ResourceRefused KongPlugin/limit']),
    );
    const [refused] = world.fleet.report().problems.filter(({ code }) => code === 'ResourceRefused');
    expect(refused?.action).toBe(
      "it is left out, because its last accepted form can't be used: Secret/shop/redis does not exist",
    );
    await world.end();
  });

  test.each([false, true])('comes back with its Secret (after a restart: %s)', async (isRestarted) => {
    const world = await HeldWorld.of(...before);
    await world.apply(plugin('refused', 'another'));
    await world.apply('Secret/shop/redis');
    if (isRestarted) await world.restart();
    expect(world.text).not.toContain('"/cart/"');
    await world.apply(password('third'));
    expect(world.text).toContain('"limit":"5","redis":{"password":"third"}');
    expect(world.text).toContain('"/cart/"');
    await world.end();
  });

  test('is gone with the key of its Secret', async () => {
    const world = await HeldWorld.of(...before);
    await world.apply(plugin('refused', 'another'));
    await world.apply(secret('redis', { user: '"me"' }));
    expect(world.text).not.toContain('"/cart/"');
    await world.end();
  });
});

test('a rollout brings no refused Service back to trial, a change of its manifest does', async () => {
  const world = await HeldWorld.of(ingress('/cart', 'old'), service('old'), slice('old', '10.0.0.1'));
  await world.apply(service('old', { 'konghq.com/path': '/refused' }));
  expect(world.held).toEqual(['Service/shop/old previous']);
  for (const proxy of world.proxies) proxy.pushed.length = 0;
  for (const end of [2, 3, 4]) await world.apply(slice('old', `10.0.0.${String(end)}`));
  expect(world.text).toContain('10.0.0.4:8080');
  // Each rollout is one accepted push to each proxy.
  expect(world.proxies.map(({ pushed }) => pushed.length)).toEqual([3, 3, 3]);
  await world.apply(service('old', { 'konghq.com/path': '/good' }));
  expect(world.held).toEqual([]);
  expect(world.text).toContain('"path":"/good"');
  await world.end();
});

test('a Service that is refused for its endpoints has those that were accepted, and is tried again when they change', async () => {
  const world = await HeldWorld.of(
    ingress('/cart', 'old'),
    service('old'),
    slice('old', '10.0.0.1', '10.0.0.2'),
  );
  await world.apply(slice('old', '10.0.0.2', '10.6.6.6'));
  expect(world.held).toEqual(['Service/shop/old previous']);
  expect(world.text).toContain('10.0.0.2:8080');
  expect(world.text).not.toContain('10.0.0.1:8080');
  await world.apply(slice('old', '10.0.0.3', '10.6.6.6'));
  // The route stays, so that no less specific one answers in its place.
  expect(world.text).toContain('"/cart/"');
  expect(world.text).not.toContain('10.0.0.2:8080');
  await world.apply(slice('old', '10.0.0.3'));
  expect(world.held).toEqual([]);
  expect(world.text).toContain('10.0.0.3:8080');
  await world.end();
});
