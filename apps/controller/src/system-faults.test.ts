import { jest } from '@jest/globals';
import type { KongEmulator } from '@silverback/kong-emulator';
import { commonHash, type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import { ingressManifest, rateLimitManifest, serviceManifest } from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';

jest.setTimeout(30_000);

let fleet: EmulatedFleet;
afterEach(async () => {
  await fleet.close();
});

/** Resolves with the hash that all of these proxies hold, once it is another than `previous`. */
async function configured(
  controller: RunningSilverback,
  proxies: readonly KongEmulator[],
  previous?: string,
): Promise<string> {
  await controller.until(() => {
    const hash = commonHash(proxies);
    return hash !== undefined && hash !== previous;
  });
  return commonHash(proxies) ?? '';
}

test('proxies that hang, are unreachable or refuse everything do not hold up the others', async () => {
  fleet = await startEmulatedFleet(5);
  const [first, second, hanging, unreachable, refusing] = fleet.proxies as [
    KongEmulator,
    KongEmulator,
    KongEmulator,
    KongEmulator,
    KongEmulator,
  ];
  hanging.fault({ type: 'hang' });
  unreachable.fault({ type: 'refuse-connections' });
  refusing.fault({ type: 'refuse-configuration' });
  fleet.workspace.write(
    'manifests/cart.yaml',
    serviceManifest('cart') + '---\n' + ingressManifest('cart', '/cart', 'cart'),
  );

  const controller = fleet.run();
  const before = await configured(controller, [first, second]);
  fleet.workspace.write('manifests/pay.yaml', ingressManifest('pay', '/pay', 'cart'));
  const after = await configured(controller, [first, second], before);

  // The third one is asked again only after its backoff.
  for (const proxy of [hanging, unreachable]) proxy.clearFaults();
  expect(await configured(controller, [first, second, hanging, unreachable])).toBe(after);
});

test('a KongPlugin that Kong refuses leaves the rest serving, and the next edit mends it', async () => {
  fleet = await startEmulatedFleet(3);
  const plugin = { 'konghq.com/plugins': 'limit' };
  fleet.workspace.write(
    'manifests/cart.yaml',
    serviceManifest('cart') + '---\n' + ingressManifest('cart', '/cart', 'cart', plugin),
  );
  fleet.workspace.write('manifests/limit.yaml', rateLimitManifest('limit', 5));
  const controller = fleet.run();
  const good = await configured(controller, fleet.proxies);

  fleet.workspace.write('manifests/limit.yaml', rateLimitManifest('limit', -1));
  await controller.line({ event: 'quarantined' });
  fleet.workspace.write('manifests/pay.yaml', ingressManifest('pay', '/pay', 'cart'));
  const held = await configured(controller, fleet.proxies, good);
  const { body } = await controller.health('/fleets');
  expect(JSON.parse(body)).toMatchObject([
    {
      desired: { hash: held, routes: 2 },
      held: [{ root: 'KongPlugin/shop/limit', instead: 'previous' }],
      problems: [{ code: 'ResourceRefused', resource: { kind: 'KongPlugin', name: 'limit' } }],
    },
  ]);

  fleet.workspace.write('manifests/limit.yaml', rateLimitManifest('limit', 7));
  const mended = await configured(controller, fleet.proxies, held);
  expect(JSON.parse((await controller.health('/fleets')).body)).toMatchObject([
    { desired: { hash: mended, routes: 2 }, held: [], problems: [] },
  ]);
});

test('a Service whose file can not be parsed when the controller starts again is served as before', async () => {
  fleet = await startEmulatedFleet(2);
  fleet.workspace.write('manifests/cart.yaml', serviceManifest('cart'));
  fleet.workspace.write('manifests/cart-ingress.yaml', ingressManifest('cart', '/cart', 'cart'));
  const first = fleet.run();
  const before = await configured(first, fleet.proxies);
  await first.stop();

  fleet.workspace.write('manifests/cart.yaml', 'kind: [Service');
  const second = fleet.run();
  await second.line({ event: 'problem', code: 'SourceIncomplete' });
  await second.until(
    () => second.lines.filter(({ event, to }) => event === 'state-changed' && to === 'in-sync').length === 2,
  );
  expect(fleet.proxies.map(({ pushes }) => pushes.length)).toEqual([1, 1]);
  expect(commonHash(fleet.proxies)).toBe(before);
  const { body } = await second.health('/fleets');
  const [{ problems }] = JSON.parse(body) as [{ problems: readonly { code: string }[] }];
  expect(problems.map(({ code }) => code)).toEqual(['ManifestUnparsable', 'SourceIncomplete']);

  fleet.workspace.write('manifests/cart.yaml', serviceManifest('cart'));
  await second.line({ event: 'problem-gone', code: 'SourceIncomplete' });
  expect(fleet.proxies.map(({ pushes }) => pushes.length)).toEqual([1, 1]);
});
