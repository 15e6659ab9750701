import 'reflect-metadata';
import { EventEmitter, once } from 'node:events';
import { VirtualClock } from '@silverback/clock';
import { parseSettings } from '@silverback/settings';
import { Composition } from './composition/container.ts';
import { registerKongAdmin } from './composition/kong-admin.ts';
import { CLOCK, CONNECT, FLEET_IDENTITIES } from './composition/tokens.ts';
import { identityKeeper } from './fleet-access.ts';
import { FleetIdentities } from './fleet-identities.ts';
import { startPlain, stopAll } from './testing/hostile-proxy.ts';

afterEach(stopAll);

const MINUTE_MS = 60_000;
const payload = {
  hash: 'not needed here',
  byteLength: 2,
  segments: [Buffer.from('{}')],
  counts: { entities: 0, routes: 0 },
  ownerOf: () => undefined,
};

/** A client as the controller makes it, for a proxy that takes everything and never answers. */
async function push(applyTimeout: string) {
  const parsed = parseSettings(
    { fleets: [{ name: 'edge', insecure: true, discovery: [{ static: {} }], adminApi: { applyTimeout } }] },
    { file: 'silverback.yaml' },
  );
  const [fleet] = parsed.ok ? parsed.settings.fleets : [];
  if (!fleet) throw new Error('the settings are wrong');
  const clock = new VirtualClock();
  const keeper = identityKeeper(
    fleet,
    clock,
    () => ({ description: '', read: () => Promise.resolve({}) }),
    () => undefined,
  );
  await keeper.start();
  const composition = new Composition()
    .provideValue(CLOCK, clock)
    .provideValue(FLEET_IDENTITIES, new FleetIdentities(new Map([['edge', keeper]])));
  registerKongAdmin(composition);
  const taken = new EventEmitter();
  const { port } = await startPlain((request) => {
    request.resume().on('end', () => taken.emit('end'));
  });
  const member = {
    key: 'k',
    name: 'k',
    protocol: 'http',
    host: '127.0.0.1',
    port,
    origin: 'static',
  } as const;
  const admin = composition.resolve(CONNECT)(fleet)(member);
  let isOver = false;
  const flags = { checkHash: true, flattenErrors: true };
  const isTaken = once(taken, 'end');
  void admin.sendConfiguration(payload, flags).catch(() => (isOver = true));
  await isTaken;
  const isOverAfter = async (minutes: number): Promise<boolean> => {
    await clock.advance(minutes * MINUTE_MS);
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    return isOver;
  };
  return { isOverAfter, end: () => Promise.all([admin.close(), keeper.stop()]) };
}

test('the answer of a proxy is waited for as long as the settings say', async () => {
  const { isOverAfter, end } = await push('30m');
  expect(await isOverAfter(29)).toBe(false);
  expect(await isOverAfter(2)).toBe(true);
  await end();
});
