import { EMPTY, type SimulatedProxy } from '@silverback/fan-out/testing';
import { facetAnswers, FragmentMap, type FacetName, type Fragment } from '@silverback/kong-configuration';
import { FRAGMENTS_ONLY } from './current-resources.ts';
import type { FleetOptions, Translation } from './index.ts';
import { arrange, ingress, kongPlugin, refuseLimit, web } from './testing/fixtures.ts';
import { MemoryStores } from './testing/memory-stores.ts';

const byRoot = (fragments: readonly Fragment[]): FragmentMap => FragmentMap.of([web, ...fragments]);

/** One set of resources for proxies that route field by field, another one for those that route by expressions. */
function byRouter(traditional: readonly Fragment[], expressions: readonly Fragment[]): Translation {
  return byFacets(['router'], ({ router }) => (router === 'expressions' ? expressions : traditional));
}

function byFacets(
  facets: readonly FacetName[],
  choose: (answers: Readonly<Record<string, unknown>>) => readonly Fragment[],
): Translation {
  return { facets, fragmentsFor: (facts) => byRoot(choose(facetAnswers(facets, facts))) };
}

/** Two proxies that route field by field, and two that route by expressions. */
function arrangeMixed(options: Partial<FleetOptions> = {}) {
  const arranged = arrange(['old-1', 'old-2', 'new-1', 'new-2'], options);
  const [old1, old2, new1, new2] = arranged.proxies as [
    SimulatedProxy,
    SimulatedProxy,
    SimulatedProxy,
    SimulatedProxy,
  ];
  for (const proxy of [new1, new2]) proxy.behaviour.routerFlavor = 'expressions';
  return { ...arranged, old1, old2, new1, new2 };
}

/** Nothing may be set before what was kept is read. */
async function loadBeforeMembers({ fleet, proxies }: ReturnType<typeof arrange>): Promise<void> {
  fleet.setMembers([]);
  await fleet.load();
  fleet.setMembers(proxies.map(({ member }) => member));
}

test('proxies that differ in what translation asks for get payloads of their own', async () => {
  const { clock, fleet, old1, old2, new1, new2 } = arrangeMixed();
  fleet.setTranslation(byRouter([ingress('front', '/old')], [ingress('front', '/new')]), []);
  await clock.advance(5_000);
  for (const { text } of [old1, old2]) expect(text).toContain('"/old"');
  for (const { text } of [new1, new2]) expect(text).toContain('"/new"');
  const { groups, proxies } = fleet.report();
  expect(proxies.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync', 'in-sync']);
  expect(groups).toMatchObject([
    { name: 'router=traditional', proxies: 2, desired: { hash: old1.hash } },
    { name: 'router=expressions', proxies: 2, desired: { hash: new1.hash } },
  ]);
  expect(proxies.map(({ group }) => group)).toEqual([
    'router=expressions',
    'router=expressions',
    'router=traditional',
    'router=traditional',
  ]);
  await fleet.stop();
});

test('proxies that differ in nothing that was asked are one group', async () => {
  const { clock, fleet, hashes } = arrangeMixed();
  fleet.setTranslation(
    byFacets([], () => [ingress('front', '/')]),
    [],
  );
  await clock.advance(5_000);
  expect(new Set(hashes()).size).toBe(1);
  expect(fleet.report().groups).toMatchObject([{ name: 'all', proxies: 4 }]);
  await fleet.stop();
});

test('what one group refuses is held there only', async () => {
  const { clock, fleet, old1, old2, new1, new2 } = arrangeMixed();
  refuseLimit([new1, new2], 0);
  const resources = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('a', '/a')];
  fleet.setTranslation(byRouter(resources, resources), []);
  await clock.advance(10_000);
  for (const { text } of [old1, old2]) expect(text).toContain('"/limited"');
  for (const { text } of [new1, new2]) expect(text).not.toContain('"/limited"');
  const { groups, held } = fleet.report();
  expect(groups.map(({ name, held: { length } }) => [name, length])).toEqual([
    ['router=traditional', 0],
    ['router=expressions', 1],
  ]);
  expect(held).toMatchObject([{ root: 'KongPlugin/shop/limit' }]);
  await fleet.stop();
});

test('a proxy that comes back as another kind of proxy gets what its new group has, and nothing else', async () => {
  const { clock, fleet, old1, new1 } = arrangeMixed();
  fleet.setTranslation(byRouter([ingress('front', '/old')], [ingress('front', '/new')]), []);
  await clock.advance(5_000);
  const before = old1.texts.length;
  old1.behaviour.routerFlavor = 'expressions';
  old1.restart(false);
  await clock.advance(10_000);
  expect(old1.hash).toBe(new1.hash);
  expect(old1.texts.length).toBe(before + 1);
  expect(fleet.report().groups.map(({ proxies }) => proxies)).toEqual([3, 1]);
  await fleet.stop();
});

test('a group that has lost its proxies is not shown, and knows what it accepted when they come back', async () => {
  const { clock, fleet, events, new1, new2, proxies } = arrangeMixed();
  fleet.setTranslation(byRouter([ingress('front', '/old')], [ingress('front', '/new')]), []);
  await clock.advance(5_000);
  fleet.setMembers(proxies.slice(0, 2).map(({ member }) => member));
  expect(fleet.report().groups.map(({ name }) => name)).toEqual(['router=traditional']);
  const pushes = [new1, new2].map(({ pushed }) => pushed.length);
  events.splice(0);
  fleet.setMembers(proxies.map(({ member }) => member));
  await clock.advance(10_000);
  expect([new1, new2].map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(fleet.report().proxies.map(({ state }) => state)).toEqual(Array(4).fill('in-sync'));
  expect(events.filter(({ type }) => type === 'candidate')).toEqual([]);
  await fleet.stop();
});

test('a proxy of another kind gets nothing of a group that has lost its own', async () => {
  const { clock, fleet, proxies, old1, new1, old2: other } = arrangeMixed();
  other.version = '3.9.0.1-enterprise-edition';
  const choose = ({ router, enterprise }: Readonly<Record<string, unknown>>) => [
    ingress('front', enterprise === true ? '/enterprise' : `/${String(router)}`),
  ];
  fleet.setMembers([old1.member, new1.member]);
  fleet.setTranslation(byFacets(['router', 'enterprise'], choose), []);
  await clock.advance(5_000);
  fleet.setMembers([old1.member]);
  await clock.advance(5_000);
  fleet.setMembers([old1.member, other.member]);
  await clock.advance(5_000);
  expect(other.texts).toHaveLength(1);
  expect(other.text).toContain('"/enterprise"');
  expect(proxies.map(({ texts }) => texts.length)).toEqual([1, 1, 1, 0]);
  await fleet.stop();
});

test('a facet that is asked for the first time parts a group, and only those whose payload differs get one', async () => {
  const { clock, fleet, old1, old2, new1, new2 } = arrangeMixed();
  fleet.setTranslation(
    byFacets([], () => [ingress('front', '/')]),
    [],
  );
  await clock.advance(5_000);
  const pushes = [old1, old2].map(({ pushed }) => pushed.length);
  fleet.setTranslation(byRouter([ingress('front', '/')], [ingress('front', '/new')]), []);
  await clock.advance(5_000);
  expect([old1, old2].map(({ pushed }) => pushed.length)).toEqual(pushes);
  for (const { text } of [new1, new2]) expect(text).toContain('"/new"');
  expect(fleet.report().groups.map(({ proxies }) => proxies)).toEqual([2, 2]);
  await fleet.stop();
});

test('what a group refused stays held in all of its parts, and is not tried again', async () => {
  const { clock, fleet, proxies } = arrangeMixed();
  refuseLimit(proxies, 0);
  const limited = (minute: number) => [kongPlugin('limit', minute), ingress('front', '/', ['limit'])];
  const set = (facets: readonly FacetName[], minute: number): void => {
    fleet.setTranslation(
      byFacets(facets, () => limited(minute)),
      [],
    );
  };
  set([], 5);
  await clock.advance(5_000);
  set([], 0);
  await clock.advance(10_000);
  const pushes = proxies.map(({ pushed }) => pushed.length);
  set(['router'], 0);
  await clock.advance(30_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(pushes);
  expect(fleet.report().groups.map(({ proxies: count }) => count)).toEqual([2, 2]);
  expect(fleet.report().held).toMatchObject([{ root: 'KongPlugin/shop/limit', instead: 'previous' }]);
  for (const { text } of proxies) expect(text).toContain('"minute":5');
  await fleet.stop();
});

test('a facet that comes up while fragments are asked for is taken into account at once', async () => {
  const { clock, fleet, old1, new1 } = arrangeMixed();
  const facets: FacetName[] = [];
  await clock.advance(5_000);
  const resources = byRouter([ingress('front', '/old')], [ingress('front', '/new')]);
  fleet.setTranslation(
    {
      facets,
      fragmentsFor: (facts) => {
        if (facets.length === 0) facets.push('router');
        return resources.fragmentsFor(facts);
      },
    },
    [],
  );
  await clock.advance(5_000);
  expect([old1.text, new1.text].map((text) => /"\/(old|new)"/.exec(text)?.[1])).toEqual(['old', 'new']);
  await fleet.stop();
});

test('a facet that comes up when a held form is asked what it needs tells proxies apart, too', async () => {
  const { clock, fleet, proxies, old1, new1 } = arrangeMixed();
  await clock.advance(5_000);
  const facets: FacetName[] = [];
  refuseLimit(proxies, 0);
  const set = (minute: number): void => {
    const fragments = byRoot([ingress('front', '/', ['limit']), kongPlugin('limit', minute)]);
    const currentResources: Translation['currentResources'] = ({ routerFlavor }) => ({
      ...FRAGMENTS_ONLY,
      // eslint-disable-next-line require-yield -- there is nothing to do
      *neighboursOf() {
        if (facets.length === 0) facets.push('router');
        return [ingress('needed', `/${routerFlavor}`)];
      },
    });
    fleet.setTranslation({ facets, fragmentsFor: () => fragments, currentResources }, []);
  };
  set(5);
  await clock.advance(10_000);
  set(0);
  await clock.advance(20_000);
  expect(old1.text).toContain('"/traditional');
  expect(new1.text).toContain('"/expressions"');
  await fleet.stop();
});

test('a kind of proxy that is new while a translation is on its way waits for its end', async () => {
  const { clock, fleet, proxies, new1 } = arrangeMixed();
  fleet.setMembers(proxies.slice(0, 2).map(({ member }) => member));
  const resources = byRouter([ingress('front', '/old')], [ingress('front', '/new')]);
  let isTranslating = false;
  const translation: Translation = {
    facets: ['router'],
    fragmentsFor: (facts) => (isTranslating ? undefined : resources.fragmentsFor(facts)),
  };
  fleet.setTranslation(translation, []);
  await clock.advance(5_000);
  isTranslating = true;
  fleet.setMembers(proxies.map(({ member }) => member));
  await clock.advance(5_000);
  expect(new1.hash).toBe(EMPTY);
  isTranslating = false;
  fleet.setTranslation(translation, []);
  await clock.advance(5_000);
  expect(new1.text).toContain('"/new"');
  await fleet.stop();
});

test('what the settings pin is believed more than what proxies say', async () => {
  const { clock, fleet, proxies } = arrange(['kong-1', 'kong-2'], {
    pins: { routerFlavor: 'expressions', version: '3.9.1' },
  });
  for (const proxy of proxies) proxy.version = 'built by us';
  fleet.setTranslation(byRouter([ingress('front', '/old')], [ingress('front', '/new')]), []);
  await clock.advance(5_000);
  for (const { text } of proxies) expect(text).toContain('"/new"');
  await fleet.stop();
});

test('a proxy outside the supported range belongs to no group until it is upgraded', async () => {
  const { clock, fleet, proxies } = arrange(['kong-1', 'kong-2']);
  const [first] = proxies as [SimulatedProxy];
  first.version = '2.8.1';
  fleet.setTranslation(byRouter([ingress('front', '/')], []), []);
  await clock.advance(5_000);
  expect(first.pushed).toEqual([]);
  expect(fleet.report()).toMatchObject({
    proxies: [{ state: 'waiting', reason: { code: 'ProxyVersionUnsupported' } }, { state: 'in-sync' }],
    groups: [{ proxies: 1 }],
  });
  first.version = '3.9.1';
  first.restart(false);
  await clock.advance(10_000);
  expect(fleet.report()).toMatchObject({ proxies: [{ state: 'in-sync' }, {}], groups: [{ proxies: 2 }] });
  await fleet.stop();
});

test('after a restart an empty proxy of each group gets what its group accepted last', async () => {
  const stores = new MemoryStores();
  const before = arrangeMixed({ stores });
  await before.fleet.load();
  before.fleet.setTranslation(byRouter([ingress('front', '/old')], [ingress('front', '/new')]), []);
  await before.clock.advance(5_000);
  await before.fleet.stop();

  const after = arrangeMixed({ stores });
  await loadBeforeMembers(after);
  await after.clock.advance(5_000);
  expect([after.old1, after.new1].map(({ text }) => /"\/(old|new)"/.exec(text)?.[1])).toEqual(['old', 'new']);
  await after.fleet.stop();
});

test('a group whose proxies are found after the resources holds what it held before a restart, in the same form', async () => {
  const stores = new MemoryStores();
  const before = arrangeMixed({ stores });
  refuseLimit(before.proxies, 0);
  await before.fleet.load();
  const open = [kongPlugin('limit', 5), ingress('front', '/open')];
  before.fleet.setTranslation(byRouter(open, open), []);
  await before.clock.advance(5_000);
  const limited = [kongPlugin('limit', 0), ingress('front', '/limited', ['limit'])];
  before.fleet.setTranslation(byRouter(limited, limited), []);
  await before.clock.advance(5_000);
  await before.fleet.stop();
  const held = before.proxies.map(({ hash }) => hash);

  const after = arrangeMixed({ stores });
  refuseLimit(after.proxies, 0);
  after.proxies.forEach((proxy, index) => (proxy.hash = held[index] ?? ''));
  after.fleet.setMembers([]);
  // A monotonic clock may have run for long before this controller.
  await after.clock.advance(700_000);
  await after.fleet.load();
  after.fleet.setTranslation(byRouter(limited, limited), []);
  after.fleet.setMembers(after.proxies.map(({ member }) => member));
  await after.clock.advance(10_000);
  expect(after.proxies.flatMap(({ pushed }) => pushed)).toEqual([]);
  await after.fleet.stop();
});

test('after a restart what a group refused is still held there, and nothing is sent', async () => {
  const stores = new MemoryStores();
  const before = arrangeMixed({ stores });
  refuseLimit([before.new1, before.new2], 0);
  const resources = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('a', '/a')];
  await before.fleet.load();
  before.fleet.setTranslation(byRouter(resources, resources), []);
  await before.clock.advance(10_000);
  await before.fleet.stop();
  const held = before.proxies.map(({ hash }) => hash);

  const after = arrangeMixed({ stores });
  after.proxies.forEach((proxy, index) => (proxy.hash = held[index] ?? ''));
  await loadBeforeMembers(after);
  after.fleet.setTranslation(byRouter(resources, resources), []);
  await after.clock.advance(10_000);
  expect(after.proxies.flatMap(({ pushed }) => pushed)).toEqual([]);
  expect(after.fleet.report().groups.map(({ held: { length } }) => length)).toEqual([0, 1]);
  await after.fleet.stop();
});

test('what proxies refused that are not there is kept in the ledger while others refuse something', async () => {
  const stores = new MemoryStores();
  const away = { root: 'KongPlugin/shop/x', fragmentHash: 'f', reason: 'no', payloadHash: 'p' };
  stores.entries = [{ ...away, facets: { router: 'expressions' } }];
  const { fleet, clock, proxies } = arrange(['old-1'], { stores });
  fleet.setMembers([]);
  await fleet.load();
  fleet.setMembers(proxies.map(({ member }) => member));
  refuseLimit(proxies, 0);
  const resources = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit'])];
  fleet.setTranslation(byRouter(resources, resources), []);
  await clock.advance(10_000);
  expect(stores.entries.map(({ root, facets }) => [root, facets['router']])).toEqual([
    ['KongPlugin/shop/limit', 'traditional'],
    ['KongPlugin/shop/x', 'expressions'],
  ]);
  await fleet.stop();
});
