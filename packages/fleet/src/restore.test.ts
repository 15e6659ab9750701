import { VirtualClock } from '@silverback/clock';
import { EMPTY, SimulatedProxy } from '@silverback/fan-out/testing';
import { routeId } from '@silverback/kong-configuration';
import { Fleet, sameForAll } from './index.ts';
import { MemoryStores } from './testing/memory-stores.ts';
import { arrange, connectTo, ingress, kongPlugin, web } from './testing/fixtures.ts';

const all = (...paths: readonly string[]) =>
  sameForAll(
    new Map(
      [web, ...paths.map((path) => ingress('front', path))].map((fragment) => [fragment.root, fragment]),
    ),
  );

test('without a lease a proxy that comes back empty gets what was accepted last, not what is new', async () => {
  const allowed = { push: true, restore: false };
  const { clock, proxies, fleet } = arrange(undefined, {
    mayPush: () => allowed.push,
    mayRestore: () => allowed.restore,
  });
  fleet.setTranslation(all('/old'), []);
  await clock.advance(10_000);
  const [accepted] = proxies.map(({ hash }) => hash);
  allowed.push = false;
  fleet.setTranslation(all('/new'), []);
  proxies[0]?.restart(false);
  await clock.advance(10_000);
  expect(proxies[0]?.hash).toBe(EMPTY);
  allowed.restore = true;
  await clock.advance(10_000);
  expect(proxies.map(({ hash }) => hash)).toEqual([accepted, accepted, accepted]);
  allowed.push = true;
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).toContain('"/new"');
  await fleet.stop();
});

test('a replica that has never seen the API server gives an empty proxy what its stores have', async () => {
  const clock = new VirtualClock();
  const stores = new MemoryStores();
  const first = new SimulatedProxy('kong-1', clock);
  const before = new Fleet({ name: 'edge', clock, connect: connectTo([first]), stores });
  await before.load();
  before.setMembers([first.member]);
  before.setTranslation(all('/old'), []);
  await clock.advance(10_000);
  await before.stop();

  const [empty, serving] = [new SimulatedProxy('kong-2', clock), new SimulatedProxy('kong-3', clock)];
  serving.hash = 'f'.repeat(32);
  const successor = new Fleet({
    name: 'edge',
    clock,
    connect: connectTo([empty, serving]),
    stores,
    mayPush: () => false,
    mayRestore: () => true,
  });
  await successor.load();
  successor.setMembers([empty.member, serving.member]);
  await clock.advance(10_000);
  expect(empty.hash).toBe(first.hash);
  expect(serving.pushed).toEqual([]);
  await successor.stop();
});

test('what is restored is what was accepted, although something in it was refused since', async () => {
  const stores = new MemoryStores();
  const { clock, proxies, fleet, setResources } = arrange(['kong-1'], { stores });
  const [proxy] = proxies as [SimulatedProxy];
  // The first one has the path and is not served for want of its plugin; so neither is the second one.
  const first = ingress('a', '/same', ['missing']);
  setResources(first, ingress('b', '/same'));
  await clock.advance(10_000);
  proxy.behaviour.judge = (text) =>
    text.includes('"/bad"')
      ? [{ entityType: 'route', entityId: routeId('shop.b.web.shop.test.80'), messages: ['no'] }]
      : [];
  proxy.behaviour.refusesText = '"/unnamed"';
  proxy.behaviour.checks = (_, entity) => (/shop\.[ac]\.web/.test(JSON.stringify(entity)) ? 'no' : undefined);
  setResources(first, ingress('b', '/bad'), ingress('c', '/unnamed'));
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual([
    'Ingress/shop/a',
    'Ingress/shop/b',
    'Ingress/shop/c',
  ]);
  const { hash } = proxy;
  await fleet.stop();

  const next = new Fleet({ name: 'edge', clock, connect: connectTo(proxies), stores });
  await next.load();
  proxy.restart(false);
  next.setMembers([proxy.member]);
  await clock.advance(10_000);
  expect(proxy.hash).toBe(hash);
  await next.stop();
});

test('what was deleted and made anew is not held in a form from before its deletion, after a restart neither', async () => {
  const stores = new MemoryStores();
  const { clock, proxies, fleet, setResources } = arrange(['kong-1'], { stores });
  const [proxy] = proxies as [SimulatedProxy];
  setResources(ingress('a', '/old'));
  await clock.advance(10_000);
  // Left out for want of its plugin, so that the payload is the same when it is deleted.
  setResources(ingress('a', '/other', ['missing']));
  await clock.advance(10_000);
  setResources();
  proxy.behaviour.refusesText = '"/new"';
  setResources(ingress('a', '/new'));
  await clock.advance(60_000);
  expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/a', instead: 'left-out' }]);
  await fleet.stop();

  const next = new Fleet({ name: 'edge', clock, connect: connectTo(proxies), stores });
  await next.load();
  next.setMembers([proxy.member]);
  next.setTranslation(sameForAll(new Map([web, ingress('a', '/new')].map((one) => [one.root, one]))), []);
  await clock.advance(10_000);
  expect(next.report().held).toMatchObject([{ root: 'Ingress/shop/a', instead: 'left-out' }]);
  expect(proxy.text).not.toContain('"/old"');
  await next.stop();
});

test('what only an odd proxy refused of what was accepted last is not held after a restart', async () => {
  const stores = new MemoryStores();
  const { clock, proxies, fleet, setResources } = arrange(['odd', 'new'], { stores });
  const [odd, added] = proxies;
  if (!odd || !added) throw new Error('there are two');
  const resources = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('b', '/b')];
  fleet.setMembers([odd.member]);
  setResources(...resources);
  await clock.advance(10_000);
  const { hash } = odd;
  odd.behaviour.refuses = 'everything';
  odd.restart(false);
  await clock.advance(60_000);
  expect(fleet.report().held).not.toEqual([]);
  await fleet.stop();

  const next = new Fleet({ name: 'edge', clock, connect: connectTo(proxies), stores });
  await next.load();
  next.setMembers([odd.member, added.member]);
  next.setTranslation(sameForAll(new Map([web, ...resources].map((root) => [root.root, root]))), []);
  await clock.advance(60_000);
  expect(added.pushed.map((push) => push.hash)).toEqual([hash]);
  expect(next.report()).toMatchObject({ held: [], problems: [], desired: { hash } });
  await next.stop();

  const last = new Fleet({ name: 'edge', clock, connect: connectTo(proxies), stores });
  await last.load();
  expect(last.report().held).toEqual([]);
  await last.stop();
});
