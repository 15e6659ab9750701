import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { commonHash, type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import {
  ingressManifest,
  serviceManifest,
  tlsIngressManifest,
  tlsSecretManifest,
} from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';
import { silverback } from './testing/silverback.ts';

jest.setTimeout(30_000);

let fleet: EmulatedFleet;

beforeEach(async () => {
  fleet = await startEmulatedFleet(3);
  fleet.workspace.write(
    'manifests/shop.yaml',
    serviceManifest('cart') + '---\n' + ingressManifest('cart', '/cart', 'cart'),
  );
});
afterEach(async () => {
  await fleet.close();
});

/** Resolves when every proxy holds one and the same configuration, other than `previous`, and the controller knows. */
async function settled(controller: RunningSilverback, previous?: string): Promise<string> {
  const isSettled = (): boolean => {
    const hash = commonHash(fleet.proxies);
    if (hash === undefined || hash === previous) return false;
    const states = new Map(
      controller.lines.filter(({ event }) => event === 'state-changed').map(({ proxy, to }) => [proxy, to]),
    );
    return states.size === 3 && [...states.values()].every((state) => state === 'in-sync');
  };
  await controller.until(isSettled);
  return commonHash(fleet.proxies) ?? '';
}

test('three proxies get the same bytes, as text/yaml over mutual TLS, and they are those of translate', async () => {
  const controller = fleet.run();
  const hash = await settled(controller);
  for (const proxy of fleet.proxies) {
    expect(proxy.pushes).toEqual([
      expect.objectContaining({
        status: 201,
        hash,
        contentType: 'text/yaml',
        query: 'check_hash=1&flatten_errors=1',
      }),
    ]);
  }
  const { stdout } = await silverback(['translate', '-f', 'manifests', '-o', 'json', '--show-secrets'], {
    cwd: fleet.workspace.path,
  });
  expect(createHash('md5').update(stdout).digest('hex')).toBe(hash);
  expect(await controller.health('/readyz')).toEqual({ status: 200, body: '{"ready":true,"missing":[]}\n' });
  const { body } = await controller.health('/fleets');
  expect(JSON.parse(body)).toMatchObject([
    {
      name: 'edge',
      desired: { hash, routes: 1 },
      proxies: [{}, {}, {}].map(() => ({ state: 'in-sync', reportedHash: hash })),
    },
  ]);
  const metrics = await controller.health('/metrics');
  expect(metrics.body).toContain('silverback_proxies{fleet="edge",state="in-sync"} 3');
  expect(metrics.body).toContain('silverback_pushes_total{fleet="edge",result="accepted"} 3');
});

test('SIGTERM ends it with 0, and a restart with the same manifests sends nothing', async () => {
  const first = fleet.run();
  const hash = await settled(first);
  expect(await first.stop('SIGTERM')).toBe(0);
  expect(first.stderr).toBe('');
  const before = fleet.proxies.map((proxy) => proxy.pushes.length);

  const second = fleet.run();
  expect(await settled(second)).toBe(hash);
  expect(fleet.proxies.map((proxy) => proxy.pushes.length)).toEqual(before);
  expect(await second.stop('SIGINT')).toBe(0);
});

test('an edit reaches all proxies', async () => {
  const controller = fleet.run();
  const before = await settled(controller);
  fleet.workspace.write('manifests/pay.yaml', ingressManifest('pay', '/pay', 'cart'));
  const after = await settled(controller, before);
  expect(after).not.toBe(before);
  // A push is on record once it was answered, which may be a moment after its hash shows.
  await controller.until(() => fleet.proxies.every((proxy) => proxy.pushes.at(-1)?.hash === after));
});

test('a proxy that lost its configuration gets it again, and only this one', async () => {
  const controller = fleet.run();
  const hash = await settled(controller);
  const [emptied] = fleet.proxies;
  emptied?.empty();
  expect(commonHash(fleet.proxies)).toBeUndefined();
  const from = controller.lines.length;
  await controller.line({ event: 'pushed', result: 'accepted' }, from);
  expect(await settled(controller)).toBe(hash);
  expect(fleet.proxies.map((proxy) => proxy.pushes.length)).toEqual([2, 1, 1]);
});

test('no secret shows in the log, however talkative, or in what health serves', async () => {
  const { certificate, key } = await fleet.issueServer(['shop.example']);
  fleet.workspace.write('manifests/secret.yaml', tlsSecretManifest('shop-tls', certificate, key));
  fleet.workspace.write('manifests/tls.yaml', tlsIngressManifest('tls', 'shop.example', 'shop-tls'));
  const controller = fleet.run(['--log-level', 'trace']);
  await settled(controller);
  const shown = [
    JSON.stringify(controller.lines),
    ...(await Promise.all(
      ['/fleets', '/metrics', '/readyz'].map(async (path) => (await controller.health(path)).body),
    )),
  ].join('');
  expect(shown).toContain('edge');
  expect(shown).not.toContain('PRIVATE KEY');
  // A line from the middle of the key, in case that only its frame is left out.
  expect(shown).not.toContain(key.split('\n')[1]);
});
