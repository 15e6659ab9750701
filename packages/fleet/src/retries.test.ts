import type { SimulatedProxy } from '@silverback/fan-out/testing';
import { arrange, ingress, kongPlugin, refuseLimit } from './testing/fixtures.ts';
import { MemoryStores } from './testing/memory-stores.ts';

const MINUTE = 60_000;
const names = ['a', 'b', 'c', 'd', 'e'];

/** A fleet that holds a plugin with the limit 0; afterwards `pushes` counts from then on. */
async function holding(stores = new MemoryStores()) {
  const arranged = arrange(names, { stores });
  await arranged.fleet.load();
  const { clock, proxies, fleet, setResources } = arranged;
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 5), ingress('limited', '/limited', ['limit']));
  await clock.advance(10_000);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('other', '/other'));
  await clock.advance(20_000);
  expect(fleet.report().held).toHaveLength(1);
  const before = proxies.map(({ pushed }) => pushed.length);
  const pushes = () => proxies.map(({ pushed }, index) => pushed.length - (before[index] ?? 0));
  return { ...arranged, stores, pushes };
}

function accept(proxies: readonly SimulatedProxy[]): void {
  for (const proxy of proxies) delete proxy.behaviour.judge;
}

test('what Kong accepts by now is served after a while, although it has not changed', async () => {
  const { clock, proxies, fleet, stores, events, hashes } = await holding();
  accept(proxies);
  await clock.advance(10 * MINUTE);
  for (const { text } of proxies) expect(text).toContain('"minute":0');
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  expect(stores.entries).toEqual([]);
  expect(events.filter(({ type }) => type === 'unquarantined')).toMatchObject([
    { roots: ['KongPlugin/shop/limit'] },
  ]);
  await fleet.stop();
});

test('what is refused still costs one push to one proxy each time, with growing waits', async () => {
  const { clock, proxies, fleet, pushes } = await holding();
  await clock.advance(6 * MINUTE);
  expect(pushes().sort()).toEqual([0, 0, 0, 0, 1]);
  await clock.advance(6 * 60 * MINUTE);
  const most = 6 * 2 + 5;
  expect(pushes().reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(most);
  expect(fleet.report().held).toHaveLength(1);
  expect(fleet.report().proxies.map(({ state }) => state)).toEqual(names.map(() => 'in-sync'));
  for (const { text } of proxies) expect(text).toContain('"minute":5');
  await fleet.stop();
});

test('of two that are held the one that is good by now is served, and the other one stays held', async () => {
  const { clock, proxies, fleet, setResources } = await holding();
  for (const proxy of proxies) {
    const limit = proxy.behaviour.judge;
    proxy.behaviour.judge = (text) => [
      ...(limit?.(text) ?? []),
      ...[...text.matchAll(/"config":\{"minute":9\},"id":"([^"]+)"/g)].map(([, entityId = '']) => ({
        entityType: 'plugin',
        entityId,
        messages: ['no'],
      })),
    ];
  }
  const resources = (path: string) => [
    kongPlugin('limit', 0),
    ingress('limited', '/limited', ['limit']),
    kongPlugin('nine', 9),
    ingress('nine', path, ['nine']),
  ];
  setResources(...resources('/nine'));
  await clock.advance(20_000);
  expect(fleet.report().held.map(({ root }) => root)).toContain('KongPlugin/shop/nine');
  refuseLimit(proxies, 0);
  await clock.advance(15 * MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['KongPlugin/shop/limit']);
  for (const { text } of proxies) expect(text).toContain('"minute":9');
  await fleet.stop();
});

test('a change in the middle of a retry goes on at once, and the held one stays held', async () => {
  const { clock, proxies, fleet, setResources, hashes } = await holding();
  for (const proxy of proxies) proxy.applyMs = 60_000;
  await clock.advance(5 * MINUTE);
  for (const proxy of proxies) proxy.applyMs = 10;
  setResources(
    kongPlugin('limit', 0),
    ingress('limited', '/limited', ['limit']),
    ingress('other', '/changed'),
  );
  await clock.advance(2 * MINUTE);
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  for (const { text } of proxies) {
    expect(text).toContain('"/changed"');
    expect(text).toContain('"minute":5');
  }
  await fleet.stop();
});

/** Lets time pass until something that is held is being offered again. */
async function untilRetry({ clock, events }: Awaited<ReturnType<typeof holding>>): Promise<void> {
  const count = () => events.filter(({ type }) => type === 'candidate').length;
  const before = count();
  for (let step = 0; step < 10_000 && count() === before; step += 1) await clock.advance(100);
  expect(count()).toBe(before + 1);
}

test('what was being offered again when something changed is offered again later', async () => {
  const arranged = await holding();
  const { clock, proxies, fleet, setResources, hashes } = arranged;
  for (const proxy of proxies) proxy.applyMs = 1_500;
  await untilRetry(arranged);
  // It leaves no trace in the payload, so that there is nothing to try.
  setResources(
    kongPlugin('limit', 0),
    ingress('limited', '/limited', ['limit']),
    ingress('other', '/other'),
    kongPlugin('unused', 1),
  );
  await clock.advance(MINUTE);
  accept(proxies);
  await clock.advance(10 * MINUTE);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  for (const { text } of proxies) expect(text).toContain('"minute":0');
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  await fleet.stop();
});

test('what a proxy accepts when something newer is on its way already ends the hold', async () => {
  const arranged = await holding();
  const { clock, proxies, fleet, setResources, stores, hashes } = arranged;
  const others = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit'])];
  // So that the payload is another one than that which was refused.
  setResources(...others, ingress('other', '/changed'));
  await clock.advance(10_000);
  accept(proxies);
  for (const proxy of proxies) proxy.applyMs = 1_500;
  await untilRetry(arranged);
  setResources(...others, ingress('other', '/changed'), kongPlugin('unused', 1));
  await clock.advance(10_000);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  expect(stores.entries).toEqual([]);
  for (const { text } of proxies) expect(text).toContain('"minute":0');
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  await fleet.stop();
});

test('a replica that may not send retries nothing', async () => {
  const lease = { isHeld: true };
  const arranged = arrange(names, { mayPush: () => lease.isHeld });
  const { clock, proxies, fleet, setResources, events } = arranged;
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
  await clock.advance(20_000);
  lease.isHeld = false;
  const candidates = () => events.filter(({ type }) => type === 'candidate').length;
  const before = candidates();
  await clock.advance(60 * MINUTE);
  expect(candidates()).toBe(before);
  await fleet.stop();
});

test('what was refused is held only when that is stored', async () => {
  const stores = new MemoryStores();
  let store: () => void = () => undefined;
  const { clock, proxies, fleet, setResources } = arrange(names, { stores });
  refuseLimit(proxies, 0);
  setResources(ingress('other', '/other'));
  await clock.advance(10_000);
  stores.ledger.save = () => new Promise((resolve) => (store = resolve));
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('other', '/new'));
  await clock.advance(20_000);
  for (const { text } of proxies) expect(text).not.toContain('"/new"');
  expect(fleet.report().held).toEqual([]);
  store();
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).toContain('"/new"');
  expect(fleet.report().held.map(({ root }) => root)).toContain('KongPlugin/shop/limit');
  await fleet.stop();
});

test('what is held because it was refused is forgotten with its resource', async () => {
  const { clock, fleet, stores, setResources } = await holding();
  expect(stores.entries).toMatchObject([{ root: 'KongPlugin/shop/limit' }]);
  setResources(ingress('other', '/other'));
  await clock.advance(10_000);
  expect(stores.entries).toEqual([]);
  await fleet.stop();
});

test('a fleet that ends while a refusal is being stored leaves no timer behind', async () => {
  const stores = new MemoryStores();
  let store: () => void = () => undefined;
  const arranged = arrange(names, { stores });
  const { clock, proxies, fleet, setResources } = arranged;
  refuseLimit(proxies, 0);
  stores.ledger.save = () => new Promise((resolve) => (store = resolve));
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
  await clock.advance(20_000);
  const stopped = fleet.stop();
  store();
  await stopped;
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});

test('a retry that its proxy accepts late ends the hold as well', async () => {
  const { clock, proxies, fleet, setResources } = await holding();
  // So that the payload is another one than that which was refused.
  setResources(
    kongPlugin('limit', 0),
    ingress('limited', '/limited', ['limit']),
    ingress('other', '/changed'),
  );
  await clock.advance(10_000);
  accept(proxies);
  for (const proxy of proxies) proxy.applyMs = 20_000;
  await clock.advance(6 * MINUTE);
  for (const proxy of proxies) proxy.applyMs = 10;
  await clock.advance(2 * MINUTE);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  for (const { text } of proxies) expect(text).toContain('"minute":0');
  await fleet.stop();
});

test('what is held and needs what is held comes back, whichever is offered first', async () => {
  for (const random of [0.2, 0.4, 0.6, 0.8]) {
    let calls = 0;
    const arranged = arrange(names, { random: () => ((calls += 1) % 2 === 0 ? random : 1 - random) });
    const { clock, proxies, fleet, setResources } = arranged;
    for (const proxy of proxies) {
      proxy.behaviour.judge = (text) =>
        [...text.matchAll(/"id":"([^"]+)","name":"(?:rate-limiting|shop.limited.web[^"]*)"/g)].map(
          ([, entityId = '']) => ({ entityType: 'some', entityId, messages: ['no'] }),
        );
    }
    setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
    await clock.advance(10_000);
    expect(fleet.report().held).toHaveLength(2);
    accept(proxies);
    await clock.advance(11 * MINUTE);
    expect(fleet.report()).toMatchObject({ held: [], problems: [] });
    for (const { text } of proxies) expect(text).toContain('"/limited"');
    await fleet.stop();
  }
});

test('proxies that refused everything without a reason get the configuration once they are mended', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  for (const proxy of proxies) proxy.behaviour.refuses = 'everything';
  setResources();
  await clock.advance(MINUTE);
  expect(fleet.report().problems.map(({ code }) => code)).toContain('RefusalNamesNothing');
  const pushes = () => proxies.reduce((sum, { pushed }) => sum + pushed.length, 0);
  const before = pushes();
  await clock.advance(6 * 60 * MINUTE);
  expect(pushes() - before).toBeLessThan(100);
  for (const proxy of proxies) delete proxy.behaviour.refuses;
  await clock.advance(130 * MINUTE);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  for (const { text } of proxies) expect(text).toContain('shop.web.80');
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  await fleet.stop();
});

test('a held Service comes back without the held Ingress that leads to it', async () => {
  for (const random of [0.2, 0.4, 0.6, 0.8]) {
    let calls = 0;
    const arranged = arrange(names, { random: () => ((calls += 1) % 2 === 0 ? random : 1 - random) });
    const { clock, proxies, fleet, setResources } = arranged;
    for (const proxy of proxies) {
      proxy.behaviour.judge = (text) =>
        [...text.matchAll(/"id":"([^"]+)","name":"shop.(?:web.80|bad.web[^"]*)"/g)].map(
          ([, entityId = '']) => ({ entityType: 'some', entityId, messages: ['no'] }),
        );
    }
    setResources(ingress('bad', '/bad'), ingress('good', '/good'));
    await clock.advance(10_000);
    expect(fleet.report().held).toHaveLength(2);
    accept(proxies);
    for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
    await clock.advance(60 * MINUTE);
    expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/bad', instead: 'left-out' }]);
    for (const { text } of proxies) expect(text).toContain('"/good"');
    await fleet.stop();
  }
});

/** A fleet that holds the Service of all routes, because every proxy refused everything for a while. */
async function holdingTheService() {
  const arranged = arrange(names);
  const { clock, proxies, fleet, setResources } = arranged;
  for (const proxy of proxies) proxy.behaviour.refusesText = 'shop.web.80';
  setResources();
  await clock.advance(MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Service/shop/web']);
  for (const proxy of proxies) delete proxy.behaviour.refusesText;
  return arranged;
}

test('a held Service comes back although a bad Ingress that is refused by no name comes in with it', async () => {
  const { clock, proxies, fleet, setResources } = await holdingTheService();
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
  setResources(ingress('bad', '/bad'), ingress('good', '/good'));
  await clock.advance(60 * MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  for (const { text } of proxies) expect(text).toContain('"/good"');
  await fleet.stop();
});

test('a held Service comes back although a bad Ingress that is refused by name comes in with it', async () => {
  const { clock, proxies, fleet, setResources } = await holdingTheService();
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) =>
      [...text.matchAll(/"id":"([^"]+)","name":"shop.bad.web[^"]*"/g)].map(([, entityId = '']) => ({
        entityType: 'route',
        entityId,
        messages: ['no'],
      }));
  }
  setResources(ingress('bad', '/bad'), ingress('good', '/good'));
  await clock.advance(60 * MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  for (const { text } of proxies) expect(text).toContain('"/good"');
  await fleet.stop();
});

/** A fleet that holds a plugin, which Kong takes by now, and a route that asks for it; a path `/bad` is refused by no name. */
async function holdingThePlugin(path: '/good' | '/bad') {
  const arranged = arrange(names);
  const { clock, proxies, fleet, setResources } = arranged;
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 0), ingress(path.slice(1), path, ['limit']));
  await clock.advance(10_000);
  expect(fleet.report().held).toMatchObject([{ root: 'KongPlugin/shop/limit', instead: 'left-out' }]);
  accept(proxies);
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
  return arranged;
}

test('a held plugin comes back with a good route, although a bad one that asks for it is refused by no name', async () => {
  const { clock, proxies, fleet, setResources } = await holdingThePlugin('/good');
  setResources(
    kongPlugin('limit', 0),
    ingress('good', '/good', ['limit']),
    ingress('bad', '/bad', ['limit']),
  );
  await clock.advance(60 * MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  for (const { text } of proxies) expect(text).toContain('"/good"');
  await fleet.stop();
});

test('a held plugin is not held for ever because of the one bad route that asks for it', async () => {
  const { clock, fleet } = await holdingThePlugin('/bad');
  await clock.advance(60 * MINUTE);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  await fleet.stop();
});

test('what nothing uses is not held for long, because there is nothing to ask Kong about', async () => {
  const { clock, proxies, fleet, setResources } = arrange(names);
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/contested"';
  setResources(ingress('b', '/contested'));
  await clock.advance(20_000);
  expect(fleet.report().held).toHaveLength(1);
  for (const proxy of proxies) delete proxy.behaviour.refusesText;
  // What wants the same path, and comes first.
  setResources(ingress('a', '/contested'), ingress('b', '/contested'));
  await clock.advance(600_000);
  expect(fleet.report().held).toEqual([]);
  expect(fleet.report().problems.map(({ code }) => code)).toEqual(['RouteMatchTaken']);
  await fleet.stop();
});
