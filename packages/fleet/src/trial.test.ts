import type { SessionSnapshot } from '@silverback/fan-out';
import type { SimulatedProxy } from '@silverback/fan-out/testing';
import { Fleet, sameForAll } from './index.ts';
import { arrange, connectTo, ingress, kongPlugin, refuseLimit, web } from './testing/fixtures.ts';
import { Trial } from './trial.ts';

const FOUR = ['a', 'b', 'c', 'd'];

/** A fleet of four that serves something, and what it sends from then on. */
async function serving(names: readonly string[] = FOUR) {
  const arranged = arrange(names, { timing: { paceFactor: 0 } });
  const { clock, proxies, setResources } = arranged;
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  const before = proxies.map(({ pushed }) => pushed.length);
  const pushes = () => proxies.map(({ pushed }, at) => pushed.length - (before[at] ?? 0));
  return { ...arranged, pushes };
}

/** Makes a proxy refuse everything that has a path. */
function refusePath(proxy: SimulatedProxy | undefined, path: string): void {
  if (proxy) proxy.behaviour.refusesText = `"${path}"`;
}

test('three proxies try the first candidate where none has a record, though they come one after the other', () => {
  const trial = new Trial();
  const [a, b, c, d] = FOUR.map((key) => ({ proxy: { key } }) as SessionSnapshot);
  if (!a || !b || !c || !d) throw new Error('there are four');
  const next = (...sessions: SessionSnapshot[]) => trial.next(() => sessions, false, 0);
  expect(next(a)).toEqual({ type: 'offer', proxies: ['a'] });
  trial.offer(a, 0);
  expect(next(a)).toMatchObject({ type: 'wait' });
  expect(next(a, b, c, d)).toEqual({ type: 'offer', proxies: ['b', 'c'] });
  trial.offer(b, 0);
  trial.offer(c, 0);
  expect(next(a, b, c, d)).toMatchObject({ type: 'wait' });
});

test('proxies that hold nothing get the first configuration without a trial', async () => {
  const { clock, proxies, fleet, setResources } = arrange([...FOUR, 'e', 'f']);
  for (const proxy of proxies) proxy.applyMs = 4_000;
  setResources(ingress('front', '/'));
  await clock.advance(4_500);
  expect(proxies.map(({ hash }) => hash)).toEqual(proxies.map(() => fleet.report().desired?.hash));
  await fleet.stop();
});

test('after a restart of the controller three of the proxies that serve something try what is new', async () => {
  const { clock, proxies, fleet, setResources } = arrange([...FOUR, 'e', 'f']);
  for (const proxy of proxies) Object.assign(proxy, { hash: 'f'.repeat(32), applyMs: 1_000 });
  await clock.advance(1_000);
  setResources(ingress('front', '/'));
  await clock.advance(900);
  expect(proxies.filter(({ pushed }) => pushed.length > 0)).toHaveLength(3);
  await clock.advance(5_000);
  expect(proxies.map(({ hash }) => hash)).toEqual(proxies.map(() => fleet.report().desired?.hash));
  await fleet.stop();
});

test('after a restart of the controller, what one proxy says it holds needs no trial', async () => {
  const { clock, proxies, fleet } = await serving(['a', 'b', 'c', 'd', 'e']);
  const { hash } = proxies[0] ?? {};
  await fleet.stop();
  const successor = new Fleet({ name: 'edge', clock, connect: connectTo(proxies) });
  for (const proxy of proxies.slice(1)) Object.assign(proxy, { hash: 'f'.repeat(32), applyMs: 5_000 });
  successor.setMembers(proxies.map(({ member }) => member));
  await clock.advance(1_000);
  successor.setTranslation(
    sameForAll(new Map([web, ingress('front', '/')].map((one) => [one.root, one]))),
    [],
  );
  await clock.advance(5_500);
  expect(proxies.map((proxy) => proxy.hash)).toEqual(proxies.map(() => hash));
  await successor.stop();
});

test('a trial proxy that turns out not to be reachable is passed over at once', async () => {
  const { clock, proxies, fleet, setResources, hashes } = await serving();
  for (const proxy of proxies.slice(0, 2)) proxy.behaviour.isDown = true;
  setResources(ingress('front', '/new'));
  await clock.advance(500);
  const desired = fleet.report().desired?.hash;
  expect(hashes().slice(2)).toEqual([desired, desired]);
  await fleet.stop();
});

test('a trial proxy may take three times as long as the last time, and is then passed over', async () => {
  const { clock, proxies, fleet, setResources, pushes } = await serving();
  for (const proxy of proxies) proxy.applyMs = 2_000;
  setResources(ingress('front', '/second'));
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.applyMs = 600_000;
  const before = pushes();
  const more = () => pushes().filter((count, at) => count > (before[at] ?? 0)).length;
  setResources(ingress('front', '/third'));
  await clock.advance(5_900);
  expect(more()).toBe(2);
  await clock.advance(400);
  expect(more()).toBe(3);
  await fleet.stop();
});

test('those that have accepted most are asked first', async () => {
  const { clock, proxies, fleet, setResources, pushes } = await serving();
  for (const proxy of proxies.slice(0, 2)) {
    proxy.behaviour.isDown = true;
    proxy.breakConnections();
  }
  for (const path of ['/second', '/third']) {
    setResources(ingress('front', path));
    await clock.advance(5_000);
  }
  for (const proxy of proxies) Object.assign(proxy.behaviour, { isDown: false });
  await clock.advance(60_000);
  for (const proxy of proxies) proxy.applyMs = 1_000;
  const before = pushes();
  setResources(ingress('front', '/fourth'));
  await clock.advance(500);
  expect(pushes().map((count, at) => count - (before[at] ?? 0))).toEqual([0, 0, 1, 1]);
  await fleet.stop();
});

test('a witness that holds the bytes already is asked to apply them, and what it says counts', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['a', 'b', 'c']);
  const [a, b, c] = proxies;
  if (!a || !b || !c) throw new Error('there are three');
  const members = proxies.map(({ member }) => member);
  fleet.setMembers(members.slice(0, 2));
  for (const proxy of proxies) proxy.hash = 'f'.repeat(32);
  refusePath(a, '/new');
  b.applyMs = 600_000;
  setResources(ingress('front', '/new'));
  await clock.advance(1_000);
  c.hash = fleet.report().desired?.hash ?? '';
  fleet.setMembers(members);
  await clock.advance(5_000);
  expect(c.pushed).toMatchObject([{ hash: c.hash, checkHash: false }]);
  expect(fleet.report()).toMatchObject({ held: [], problems: [], desired: { hash: c.hash } });
  expect(fleet.report().proxies[0]).toMatchObject({ reason: { code: 'OddProxy' } });
  await fleet.stop();
});

test('an odd proxy tries nothing until it has accepted something', async () => {
  const { clock, proxies, fleet, setResources, pushes } = await serving(['a', 'b', 'c']);
  const [a, ...others] = proxies;
  refusePath(a, '/bad-for-a');
  setResources(ingress('front', '/bad-for-a'));
  await clock.advance(10_000);
  const oddness = () => fleet.report().proxies[0]?.reason;
  expect(oddness()).toEqual({
    code: 'OddProxy',
    message: 'it refuses a configuration that has been accepted: declarative config is invalid',
  });
  for (const proxy of proxies) proxy.applyMs = 1_000;
  let before = pushes();
  setResources(ingress('front', '/good'));
  await clock.advance(900);
  expect(pushes().map((count, at) => count - (before[at] ?? 0))).toEqual([0, 1, 1]);
  await clock.advance(10_000);
  expect(oddness()).toBeUndefined();
  for (const proxy of others) proxy.restart(true);
  fleet.setMembers(proxies.slice(0, 2).map(({ member }) => member));
  before = pushes();
  setResources(ingress('front', '/better'));
  await clock.advance(900);
  expect(pushes()[0]).toBe((before[0] ?? 0) + 1);
  await fleet.stop();
});

test('what a proxy refuses that others accept is named with its resource', async () => {
  const { clock, proxies, fleet, setResources } = await serving();
  refuseLimit(proxies.slice(0, 1), 0);
  setResources(kongPlugin('limit', 0), ingress('front', '/', ['limit']));
  await clock.advance(10_000);
  const words = 'KongPlugin/shop/limit: plugin: config.minute: value must be greater than 0';
  expect(fleet.report().proxies[0]?.reason).toEqual({
    code: 'OddProxy',
    message: `it refuses a configuration that has been accepted: ${words}`,
  });
  proxies[0]?.restart(false);
  await clock.advance(10_000);
  expect(fleet.report().proxies[0]?.reason?.message).toBe(
    `it refuses a configuration that has been accepted: ${words}`,
  );
  await fleet.stop();
});

test.each([
  [1, 'named'],
  [1, 'unnamed'],
  [4, 'named'],
  [4, 'unnamed'],
])(
  'where all %d proxies refuse by now what they had accepted, what they refuse is held, and they get the rest (%s)',
  async (count, kind) => {
    const { clock, proxies, fleet, setResources } = arrange(FOUR.slice(0, count));
    const others = [ingress('other', '/other'), ingress('third', '/third')];
    setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ...others);
    await clock.advance(10_000);
    if (kind === 'named') refuseLimit(proxies, 0);
    else for (const proxy of proxies) proxy.behaviour.refusesText = '"minute":0';
    for (const proxy of proxies) proxy.restart(false);
    await clock.advance(60_000);
    expect(fleet.report().proxies).toEqual(
      proxies.map(() => expect.objectContaining({ state: 'in-sync' }) as unknown),
    );
    for (const { text } of proxies) {
      expect(text).toContain('"/other"');
      expect(text).not.toContain('"/limited"');
    }
    setResources(kongPlugin('limit', 7), ingress('limited', '/mended', ['limit']), ...others);
    await clock.advance(60_000);
    expect(fleet.report()).toMatchObject({ held: [], problems: [] });
    for (const { text } of proxies) expect(text).toContain('"minute":7');
    await fleet.stop();
  },
);

test('while a proxy that is not odd may come back soon, odd ones decide nothing', async () => {
  const { clock, proxies, fleet, setResources } = await serving(['a', 'b']);
  const [a, b] = proxies;
  refuseLimit(proxies.slice(0, 1), 0);
  setResources(kongPlugin('limit', 0), ingress('front', '/', ['limit']));
  await clock.advance(5_000);
  if (b) b.behaviour.isDown = true;
  b?.breakConnections();
  await clock.advance(5_000);
  refusePath(a, '/new');
  setResources(kongPlugin('limit', 0), ingress('front', '/new', ['limit']));
  await clock.advance(20_000);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  await clock.advance(120_000);
  expect(fleet.report().held.length).toBeGreaterThan(0);
  await fleet.stop();
});

test('what only an odd proxy was there to refuse, without a name, is tried again when another one comes', async () => {
  const { clock, proxies, fleet, setResources, hashes } = await serving(['a', 'b']);
  const members = proxies.map(({ member }) => member);
  const [a] = proxies;
  if (a) a.behaviour.refuses = 'everything';
  setResources(ingress('front', '/'), ingress('other', '/other'), ingress('third', '/third'));
  await clock.advance(10_000);
  fleet.setMembers(members.slice(0, 1));
  setResources(ingress('front', '/'), ingress('third', '/third'));
  await clock.advance(10_000);
  expect(fleet.report().problems).toMatchObject([{ code: 'RefusalNamesNothing' }]);
  fleet.setMembers(members);
  await clock.advance(10_000);
  expect(fleet.report().problems).toEqual([]);
  expect(hashes()[1]).toBe(fleet.report().desired?.hash);
  await fleet.stop();
});

test.each(['named', 'unnamed'])(
  'a good proxy that comes back gets no less because odd ones refused what was accepted meanwhile (%s)',
  async (kind) => {
    const { clock, proxies, fleet, setResources } = arrange(['odd', 'good']);
    const [odd, good] = proxies;
    if (!odd || !good) throw new Error('there are two');
    const members = proxies.map(({ member }) => member);
    setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('b', '/b'));
    await clock.advance(10_000);
    const { hash, pushed } = good;
    const before = pushed.length;
    if (kind === 'named') refuseLimit([odd], 0);
    else odd.behaviour.refuses = 'everything';
    fleet.setMembers(members.slice(0, 1));
    odd.restart(false);
    await clock.advance(kind === 'named' ? 10_000 : 600);
    fleet.setMembers(members);
    await clock.advance(60_000);
    expect([good.hash, good.pushed.length]).toEqual([hash, before]);
    expect(fleet.report()).toMatchObject({ held: [], problems: [], desired: { hash } });
    const report = fleet.report().proxies.find(({ key }) => key === odd.member.key);
    expect(report).toMatchObject({ state: 'rejected', reason: { code: 'OddProxy' } });
    await fleet.stop();
  },
);

test.each([1_500, 3_500, 5_500, 7_500])(
  'an empty proxy that comes while odd ones alone are being asked gets what was accepted (%d ms)',
  async (ms) => {
    const { clock, proxies, fleet, setResources } = arrange(['odd', 'new']);
    const [odd, added] = proxies;
    if (!odd || !added) throw new Error('there are two');
    const members = proxies.map(({ member }) => member);
    fleet.setMembers(members.slice(0, 1));
    setResources(ingress('a', '/a'), ingress('b', '/b'), ingress('c', '/c'), ingress('d', '/d'));
    await clock.advance(10_000);
    const { hash } = odd;
    odd.behaviour.refuses = 'everything';
    odd.applyMs = 1_000;
    odd.restart(false);
    await clock.advance(ms);
    fleet.setMembers(members);
    await clock.advance(60_000);
    expect(added.pushed.map((push) => push.hash)).toEqual([hash]);
    expect(fleet.report()).toMatchObject({ held: [], problems: [], desired: { hash } });
    await fleet.stop();
  },
);

test('a proxy that comes when all have accepted the rest gets that, too', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['upgraded', 'new']);
  const [upgraded, added] = proxies;
  if (!upgraded || !added) throw new Error('there are two');
  const members = proxies.map(({ member }) => member);
  fleet.setMembers(members.slice(0, 1));
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('b', '/b'));
  await clock.advance(10_000);
  refuseLimit(proxies, 0);
  upgraded.restart(false);
  await clock.advance(10_000);
  const before = upgraded.pushed.length;
  fleet.setMembers(members);
  await clock.advance(30_000);
  expect(added.pushed.map((push) => push.hash)).toEqual([upgraded.hash]);
  expect(upgraded.pushed).toHaveLength(before);
  await fleet.stop();
});

test('a good proxy that was only not reached for long, and holds what was accepted, gets no less by an edit', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['odd', 'good']);
  const [odd, good] = proxies;
  if (!odd || !good) throw new Error('there are two');
  setResources(ingress('a', '/a'), ingress('b', '/b'));
  await clock.advance(10_000);
  odd.behaviour.refuses = 'everything';
  good.behaviour.hangs = true;
  odd.restart(false);
  await clock.advance(120_000);
  expect(fleet.report().problems.length).toBeGreaterThan(0);
  setResources(ingress('a', '/a'), ingress('b', '/b'), ingress('c', '/c'));
  good.texts.length = 0;
  good.behaviour.hangs = false;
  await clock.advance(120_000);
  expect(good.texts.at(-1)).toContain('"/c"');
  expect(good.texts.filter((text) => !text.includes('"/a"') || !text.includes('"/b"'))).toEqual([]);
  await fleet.stop();
});
