import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { VirtualClock } from '@silverback/clock';
import { EMPTY } from '@silverback/fan-out/testing';
import { routeId, type Fragment } from '@silverback/kong-configuration';
import { FileLedgerStore, FilePayloadStore, Fleet, sameForAll, type FleetStores } from './index.ts';
import { arrange, connectTo, ingress, kongPlugin, refuseLimit, web } from './testing/fixtures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silverback-fleet-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What a store tells that should have nothing to tell. */
function fail(error: Error): never {
  throw error;
}

function stores(): FleetStores {
  return { ledger: new FileLedgerStore(folder), payloads: new FilePayloadStore(folder) };
}

const fragments = (...all: readonly Fragment[]): Map<string, Fragment> =>
  new Map([web, ...all].map((fragment) => [fragment.root, fragment]));

/** Moves the clock on until every proxy holds what it should: the disk takes real time, and on a busy machine much. */
async function untilInSync(fleet: Fleet, clock: VirtualClock): Promise<void> {
  const isInSync = (): boolean => {
    const { desired, proxies } = fleet.report();
    return proxies.every(({ state, reportedHash }) => state === 'in-sync' && reportedHash === desired?.hash);
  };
  while (!isInSync()) {
    await setImmediate();
    await clock.advance(20);
  }
}

/** A fleet that has served something, and its successor after a restart of the controller. */
async function restart(first: readonly Fragment[], names?: readonly string[]) {
  const before = arrange(names, { stores: stores() });
  await before.fleet.load();
  refuseLimit(before.proxies, 0);
  before.setResources(...first);
  await untilInSync(before.fleet, before.clock);
  await before.fleet.stop();
  const { clock, proxies } = before;
  const successor = new Fleet({
    name: 'edge',
    clock,
    random: () => 0.5,
    connect: connectTo(proxies),
    stores: stores(),
  });
  await successor.load();
  const pushes = proxies.map(({ pushed }) => pushed.length);
  successor.setMembers(proxies.map(({ member }) => member));
  return { clock, proxies, successor, pushes };
}

test('after a restart with a refused resource nothing is sent, and it is still held', async () => {
  const resources = [
    kongPlugin('limit', 0),
    ingress('limited', '/limited', ['limit']),
    ingress('other', '/other'),
  ];
  const { clock, proxies, successor, pushes } = await restart(resources);
  successor.setTranslation(sameForAll(fragments(...resources)), []);
  await clock.advance(60_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().proxies.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  expect(successor.report().held).toMatchObject([{ root: 'KongPlugin/shop/limit', instead: 'left-out' }]);
  await successor.stop();
});

test('an empty proxy gets the last accepted configuration before the sources are read; others get nothing', async () => {
  const { clock, proxies, successor, pushes } = await restart([ingress('front', '/')]);
  const [emptied, ...others] = proxies;
  const held = others[0]?.hash;
  if (emptied) emptied.hash = EMPTY;
  await clock.advance(20_000);
  expect(emptied?.hash).toBe(held);
  expect(others.map(({ pushed }) => pushed.length)).toEqual(pushes.slice(1));
  await successor.stop();
});

test('what was served stays in service while a part of the source has never been read', async () => {
  const { clock, proxies, successor, pushes } = await restart([
    ingress('front', '/'),
    ingress('other', '/other'),
  ]);
  successor.setTranslation(sameForAll(fragments(ingress('front', '/'))), [], false);
  await clock.advance(20_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().problems).toMatchObject([{ code: 'SourceIncomplete' }]);
  successor.setTranslation(sameForAll(fragments(ingress('front', '/'))), [], true);
  await clock.advance(20_000);
  for (const { text } of proxies) expect(text).not.toContain('"/other"');
  expect(successor.report().problems).toEqual([]);
  await successor.stop();
});

test('what says something else since a start stays as it was while what it needs may be in the unread part', async () => {
  const { clock, proxies, successor, pushes } = await restart([
    ingress('front', '/'),
    ingress('other', '/other'),
  ]);
  // As an Ingress does whose Service is in a file that can't be parsed.
  const lacking = ingress('front', '/answers-503');
  successor.setTranslation(sameForAll(fragments(lacking, ingress('other', '/other'))), [], false);
  await clock.advance(20_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().problems).toMatchObject([
    { code: 'SourceIncomplete', message: expect.stringContaining('Ingress/shop/front') as string },
  ]);
  // What was the same as before can be edited meanwhile.
  successor.setTranslation(sameForAll(fragments(lacking, ingress('other', '/edited'))), [], false);
  await clock.advance(20_000);
  for (const { text } of proxies) {
    expect(text).toContain('"/"');
    expect(text).toContain('"/edited"');
  }
  successor.setTranslation(sameForAll(fragments(lacking, ingress('other', '/edited'))), [], true);
  await clock.advance(20_000);
  for (const { text } of proxies) expect(text).toContain('"/answers-503"');
  expect(successor.report().problems).toEqual([]);
  await successor.stop();
});

test('what has been seen since the start is gone when it goes, also while something else is unread', async () => {
  const { clock, proxies, successor } = await restart([
    ingress('front', '/'),
    ingress('other', '/other'),
    ingress('unread', '/unread'),
  ]);
  successor.setTranslation(
    sameForAll(fragments(ingress('front', '/'), ingress('other', '/other'))),
    [],
    false,
  );
  await clock.advance(10_000);
  successor.setTranslation(sameForAll(fragments(ingress('front', '/'))), [], false);
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).not.toContain('"/other"');
    expect(text).toContain('"/unread"');
  }
  await successor.stop();
});

test('what is kept of an unread source can be refused too, and is then left out', async () => {
  const { clock, proxies, successor } = await restart([ingress('front', '/'), ingress('unread', '/unread')]);
  const refusal = {
    entityType: 'route',
    entityId: routeId('shop.unread.web.shop.test.80'),
    messages: ['no'],
  };
  for (const proxy of proxies)
    proxy.behaviour.judge = (text) => (text.includes('"/unread"') ? [refusal] : []);
  successor.setTranslation(sameForAll(fragments(ingress('front', '/'))), [], false);
  await untilInSync(successor, clock);
  successor.setTranslation(sameForAll(fragments(ingress('front', '/new'))), [], false);
  await untilInSync(successor, clock);
  for (const { text } of proxies) {
    expect(text).toContain('"/new"');
    expect(text).not.toContain('"/unread"');
  }
  await successor.stop();
});

test('a configuration that lost most of its routes right after a start is held for a minute', async () => {
  const routes = ['a', 'b', 'c', 'd', 'e'].map((name) => ingress(name, `/${name}`));
  const { clock, proxies, successor, pushes } = await restart(routes);
  successor.setTranslation(sameForAll(fragments(ingress('a', '/a'))), []);
  await clock.advance(55_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().problems).toMatchObject([{ code: 'PayloadShrunk' }]);
  await clock.advance(20_000);
  for (const { text } of proxies) expect(text).not.toContain('"/b"');
  expect(successor.report().problems).toEqual([]);
  await successor.stop();
});

test.each([
  ['fewer than half are left', 2, true],
  ['half of them are left', 3, false],
])('whether a configuration is held right after a start: %s', async (_, left, isHeld) => {
  const routes = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ingress(name, `/${name}`));
  const { clock, proxies, successor, pushes } = await restart(routes);
  successor.setTranslation(sameForAll(fragments(...routes.slice(0, left))), []);
  await clock.advance(20_000);
  const isSent = proxies.some(({ pushed }, at) => pushed.length > (pushes[at] ?? 0));
  expect(isSent).toBe(!isHeld);
  await successor.stop();
});

test('routes that come back within the minute are sent at once, and later deletions are believed', async () => {
  const routes = ['a', 'b', 'c', 'd', 'e'].map((name) => ingress(name, `/${name}`));
  const { clock, proxies, successor } = await restart(routes);
  successor.setTranslation(sameForAll(fragments()), []);
  await clock.advance(5_000);
  successor.setTranslation(sameForAll(fragments(...routes, ingress('f', '/f'))), []);
  await clock.advance(5_000);
  for (const { text } of proxies) expect(text).toContain('"/f"');
  successor.setTranslation(sameForAll(fragments()), []);
  await clock.advance(5_000);
  for (const { text } of proxies) expect(text).not.toContain('"/f"');
  await successor.stop();
});

test('routes that are gone after the source was read anew are held for a minute, in the first round only', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  const routes = ['a', 'b', 'c', 'd', 'e'].map((name) => ingress(name, `/${name}`));
  setResources(...routes);
  await clock.advance(10_000);
  fleet.sourceReread();
  setResources(ingress('a', '/a'));
  await clock.advance(55_000);
  for (const { text } of proxies) expect(text).toContain('"/b"');
  expect(fleet.report().problems).toMatchObject([{ code: 'PayloadShrunk' }]);
  fleet.sourceReread();
  setResources(ingress('a', '/a'));
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).not.toContain('"/b"');
  setResources(...routes);
  await clock.advance(10_000);
  fleet.sourceReread();
  setResources(...routes);
  setResources();
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).not.toContain('"/a"');
  expect(fleet.report().problems).toEqual([]);
  await fleet.stop();
});

test('a guard that is switched off stays off when the source is read anew', async () => {
  const { clock, proxies, fleet, setResources } = arrange(undefined, { shrinkGuard: false });
  setResources(...['a', 'b', 'c', 'd', 'e'].map((name) => ingress(name, `/${name}`)));
  await clock.advance(10_000);
  fleet.sourceReread();
  setResources(ingress('a', '/a'));
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).not.toContain('"/b"');
  await fleet.stop();
});

test('a form that nothing uses leaves no trace in the bytes, and is stored as accepted all the same', async () => {
  const { clock, fleet, setResources } = arrange(undefined, { stores: stores() });
  setResources(kongPlugin('limit', 5));
  await untilInSync(fleet, clock);
  setResources(kongPlugin('limit', 7));
  await untilInSync(fleet, clock);
  await fleet.stop();
  const [state] = await new FilePayloadStore(folder).load(fail);
  expect(state?.fragments.get('KongPlugin/shop/limit')).toEqual(kongPlugin('limit', 7));
});

test('files hold keys, so only their owner can read them, and only the last few stay', async () => {
  const { clock, setResources, fleet } = arrange(undefined, { stores: stores() });
  for (const path of ['/a', '/b', '/c', '/d', '/e']) {
    setResources(ingress('front', path));
    await untilInSync(fleet, clock);
  }
  await fleet.stop();
  const names = await readdir(join(folder, 'accepted'));
  expect(names.filter((name) => name.endsWith('.ndjson')).length).toBeLessThanOrEqual(3);
  expect(names.filter((name) => name.includes('unfinished'))).toEqual([]);
  for (const name of names) expect((await stat(join(folder, 'accepted', name))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'accepted'))).mode & 0o777).toBe(0o700);
});

test('what was accepted before a restart needs no trial after it', async () => {
  const { clock, proxies, successor } = await restart([ingress('front', '/')], ['a', 'b', 'c', 'd', 'e']);
  const { hash } = proxies[0] ?? {};
  for (const proxy of proxies) Object.assign(proxy, { hash: 'f'.repeat(32), applyMs: 5_000 });
  successor.setTranslation(sameForAll(fragments(ingress('front', '/'))), []);
  await clock.advance(5_500);
  expect(proxies.map((proxy) => proxy.hash)).toEqual(proxies.map(() => hash));
  await successor.stop();
});

/** What a fleet holds that starts without the last accepted configuration; the file of the ledger may be changed before. */
async function heldByLedgerAlone(change: (ledger: string) => string) {
  const good = [kongPlugin('limit', 5), ingress('limited', '/limited', ['limit'])];
  const before = arrange(undefined, { stores: stores() });
  const { clock, proxies } = before;
  await before.fleet.load();
  refuseLimit(proxies, 0);
  const edited = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit'])];
  for (const resources of [good, edited]) {
    before.setResources(...resources);
    await untilInSync(before.fleet, clock);
  }
  await before.fleet.stop();
  await rm(join(folder, 'accepted'), { recursive: true });
  const path = join(folder, 'ledger.json');
  await writeFile(path, change(await readFile(path, 'utf8')));
  const after = arrange(undefined, { stores: stores() }, clock);
  after.fleet.setMembers([]);
  await after.fleet.load();
  after.setResources(...edited);
  const held = after.fleet.report().held.map(({ root, instead }) => [root, instead]);
  await after.fleet.stop();
  return { held, told: after.events.filter(({ type }) => type === 'state-failed') };
}

test('the ledger has the forms in which resources are held, also where the last accepted configuration is lost', async () => {
  expect(await heldByLedgerAlone((ledger) => ledger)).toEqual({
    held: [['KongPlugin/shop/limit', 'previous']],
    told: [],
  });
});

test('a form in the ledger that was damaged is told of and not used', async () => {
  const { held, told } = await heldByLedgerAlone((ledger) => ledger.replace('"minute": 5', '"minute": 6'));
  expect(held).toEqual([['KongPlugin/shop/limit', 'left-out']]);
  expect(told).toMatchObject([
    { code: 'StateUnreadable', reason: expect.stringContaining('KongPlugin/shop/limit') as string },
  ]);
});

test('what was refused stays known while its resource has not been read', async () => {
  const limited = ingress('limited', '/limited', ['limit']);
  const { clock, proxies, successor, pushes } = await restart([kongPlugin('limit', 0), limited]);
  successor.setTranslation(sameForAll(fragments(limited)), [], false);
  await clock.advance(10_000);
  successor.setTranslation(sameForAll(fragments(kongPlugin('limit', 0), limited)), []);
  await clock.advance(10_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(successor.report().held).toMatchObject([{ root: 'KongPlugin/shop/limit' }]);
  await successor.stop();
});

test('a damaged file is told of, and the fleet starts without it', async () => {
  await (await restart([kongPlugin('limit', 0), ingress('limited', '/', ['limit'])])).successor.stop();
  const current = await readFile(join(folder, 'accepted', 'current.json'), 'utf8');
  const path = join(folder, 'accepted', `${/[0-9a-f]{32}/.exec(current)?.[0] ?? ''}.ndjson`);
  await writeFile(path, (await readFile(path, 'utf8')).replace('shop.web.80', 'shop.evil.80'));
  await writeFile(join(folder, 'ledger.json'), '{"format":1,');
  const { fleet, events, clock, setResources, hashes } = arrange(undefined, { stores: stores() });
  await fleet.load();
  expect(events.filter(({ type }) => type === 'state-failed')).toMatchObject([
    { code: 'StateUnreadable', reason: expect.stringContaining('.ndjson') as string },
    { code: 'StateUnreadable', reason: expect.stringContaining('ledger.json') as string },
  ]);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  await fleet.stop();
});
