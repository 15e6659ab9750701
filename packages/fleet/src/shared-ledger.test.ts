import { Fleet, sameForAll, type LedgerEntry, type LedgerStore } from './index.ts';
import { arrange, connectTo, ingress, kongPlugin, refuseLimit, web } from './testing/fixtures.ts';

/** A ledger that several replicas share; it is read when the test says so. */
function sharedLedger() {
  const first = Promise.withResolvers<readonly LedgerEntry[]>();
  const followers: ((entries: readonly LedgerEntry[]) => void)[] = [];
  const saved: (readonly LedgerEntry[])[] = [];
  const store = (): LedgerStore => ({
    load: () => first.promise,
    save: (entries) => {
      saved.push(entries);
      return Promise.resolve();
    },
    follow: (onEntries) => void followers.push(onEntries),
  });
  return { first, followers, saved, store };
}

const noPayloads = { load: () => Promise.resolve([]), save: () => Promise.resolve() };
const limit = kongPlugin('limit', 0);
const limited = ingress('limited', '/limited', ['limit']);

test('nothing is sent before the ledger is read, and then what it holds counts', async () => {
  const ledger = sharedLedger();
  const stores = { ledger: ledger.store(), payloads: noPayloads };
  const { clock, fleet, proxies, setResources } = arrange(['kong-1'], { stores });
  await fleet.load();
  setResources(limit, limited, ingress('a', '/a'));
  await clock.advance(10_000);
  expect([fleet.isLedgerKnown, proxies[0]?.pushed.length]).toEqual([false, 0]);
  ledger.first.resolve([
    { root: limit.root, fragmentHash: limit.hash, reason: 'refused', payloadHash: 'p', facets: {} },
  ]);
  await clock.advance(10_000);
  expect(fleet.isLedgerKnown).toBe(true);
  expect(proxies[0]?.texts).toHaveLength(1);
  expect(proxies[0]?.texts[0]).toContain('"/a"');
  expect(proxies[0]?.texts[0]).not.toContain('"/limited"');
  expect(fleet.report().held).toMatchObject([{ root: limit.root, reason: 'refused' }]);
  await fleet.stop();
});

test('what the leader has stored makes a standby desire the same', async () => {
  const ledger = sharedLedger();
  ledger.first.resolve([]);
  const leader = arrange(['kong-1'], { stores: { ledger: ledger.store(), payloads: noPayloads } });
  const standby = arrange(['kong-1'], {
    stores: { ledger: ledger.store(), payloads: noPayloads },
    mayPush: () => false,
  });
  refuseLimit(leader.proxies, 0);
  for (const { fleet, setResources } of [leader, standby]) {
    await fleet.load();
    setResources(limit, limited, ingress('a', '/a'));
  }
  await Promise.all([leader.clock.advance(10_000), standby.clock.advance(10_000)]);
  expect(leader.fleet.report().held.map(({ root }) => root)).toEqual([limit.root]);
  expect(standby.fleet.desired?.hash).not.toBe(leader.fleet.desired?.hash);
  ledger.followers[1]?.(ledger.saved.at(-1) ?? []);
  await standby.clock.advance(1_000);
  expect(standby.fleet.desired?.hash).toBe(leader.fleet.desired?.hash);
  expect(standby.fleet.report().held.map(({ root }) => root)).toEqual([limit.root]);
  await Promise.all([leader.fleet.stop(), standby.fleet.stop()]);
});

test('a replica without the last accepted configuration holds the forms that the leader stored, and sends nothing', async () => {
  const ledger = sharedLedger();
  ledger.first.resolve([]);
  const leader = arrange(['kong-1', 'kong-2'], { stores: { ledger: ledger.store(), payloads: noPayloads } });
  const { clock, proxies } = leader;
  refuseLimit(proxies, 0);
  await leader.fleet.load();
  leader.setResources(kongPlugin('known', 5), ingress('a', '/a', ['known']), ingress('b', '/b'));
  await clock.advance(10_000);
  const edited = [
    kongPlugin('known', 0),
    ingress('a', '/a', ['known']),
    kongPlugin('new', 0),
    ingress('b', '/b', ['new']),
  ];
  leader.setResources(...edited);
  await clock.advance(20_000);
  const first = ledger.saved.find((entries) => entries.some(({ root }) => root === 'KongPlugin/shop/known'));
  expect(first?.map(({ root, forms = [] }) => [root, forms.length])).toContainEqual([
    'KongPlugin/shop/known',
    1,
  ]);
  const { held } = leader.fleet.report();
  expect(held.map(({ root, instead }) => [root, instead])).toEqual([
    ['KongPlugin/shop/known', 'previous'],
    ['KongPlugin/shop/new', 'left-out'],
    ['Ingress/shop/b', 'previous'],
  ]);
  await leader.fleet.stop();

  const stored = sharedLedger();
  // What is stored has gone through JSON.
  stored.first.resolve(JSON.parse(JSON.stringify(ledger.saved.at(-1))) as readonly LedgerEntry[]);
  const pushes = proxies.map(({ pushed }) => pushed.length);
  const successor = new Fleet({
    name: 'edge',
    clock,
    connect: connectTo(proxies),
    stores: { ledger: stored.store(), payloads: noPayloads },
  });
  await successor.load();
  successor.setMembers(proxies.map(({ member }) => member));
  successor.setTranslation(sameForAll(new Map([web, ...edited].map((one) => [one.root, one]))), []);
  await clock.advance(20_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().held).toEqual(held);
  await successor.stop();
});
