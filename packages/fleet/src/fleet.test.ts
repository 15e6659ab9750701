import { EMPTY, type SimulatedProxy } from '@silverback/fan-out/testing';
import { routeId } from '@silverback/kong-configuration';
import { Fleet, sameForAll } from './index.ts';
import { arrange, connectTo, ingress, kongPlugin, refuseLimit, web } from './testing/fixtures.ts';

test('every proxy gets the same bytes, and the report says that they are in sync', async () => {
  const { clock, fleet, setResources, hashes } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(1_000);
  const report = fleet.report();
  expect(new Set(hashes())).toEqual(new Set([report.desired?.hash]));
  expect(report.proxies.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  expect(report.problems).toEqual([]);
  await fleet.stop();
});

test('without resources the proxies still get a configuration, so that they become ready', async () => {
  const { clock, fleet, hashes } = arrange();
  fleet.setTranslation(sameForAll(new Map()), []);
  await clock.advance(1_000);
  expect(hashes()).not.toContain(EMPTY);
  await fleet.stop();
});

test('before the first translation nothing is sent', async () => {
  const { clock, proxies, fleet } = arrange();
  await clock.advance(60_000);
  expect(proxies.flatMap(({ pushed }) => pushed)).toEqual([]);
  expect(fleet.report().desired).toBeUndefined();
  await fleet.stop();
});

test('a change goes to two proxies first and to the others once it is accepted', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['a', 'b', 'c', 'd']);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.applyMs = 500;
  setResources(ingress('front', '/new'));
  await clock.advance(400);
  expect(proxies.map(({ pushed }) => pushed.length).sort()).toEqual([1, 1, 2, 2]);
  await clock.advance(2_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual([2, 2, 2, 2]);
  await fleet.stop();
});

test('one trial proxy that does not answer costs nothing', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (const [index, proxy] of proxies.entries()) proxy.applyMs = index === 0 ? 600_000 : 10;
  setResources(ingress('front', '/new'));
  await clock.advance(100);
  const desired = fleet.report().desired?.hash;
  expect(proxies.slice(1).map(({ hash }) => hash)).toEqual([desired, desired]);
  await fleet.stop();
});

test('trial proxies that do not answer are passed over after two seconds', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['a', 'b', 'c', 'd']);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (const [index, proxy] of proxies.entries()) proxy.applyMs = index < 2 ? 600_000 : 10;
  setResources(ingress('front', '/new'));
  const desired = fleet.report().desired?.hash;
  await clock.advance(1_900);
  expect(proxies.map(({ hash }) => hash)).not.toContain(desired);
  await clock.advance(1_000);
  expect(proxies.slice(2).map(({ hash }) => hash)).toEqual([desired, desired]);
  await fleet.stop();
});

test('a refused plugin is held at its last accepted form, everything else goes on', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 5), ingress('limited', '/limited', ['limit']));
  await clock.advance(10_000);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('other', '/other'));
  await clock.advance(10_000);
  expect(new Set(hashes()).size).toBe(1);
  for (const { text } of proxies) {
    expect(text).toContain('"minute":5');
    expect(text).toContain('shop.other.web');
  }
  const report = fleet.report();
  expect(report.proxies.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  expect(report.held).toEqual([
    {
      root: 'KongPlugin/shop/limit',
      reason: expect.stringContaining('config.minute') as string,
      instead: 'previous',
    },
  ]);
  expect(report.problems).toMatchObject([{ code: 'ResourceRefused', resource: { name: 'limit' } }]);
  await fleet.stop();
});

test('the next edit of a refused plugin ends its hold', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
  await clock.advance(10_000);
  expect(fleet.report().held).toHaveLength(1);
  setResources(kongPlugin('limit', 7), ingress('limited', '/limited', ['limit']));
  await clock.advance(10_000);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  for (const { text } of proxies) expect(text).toContain('"minute":7');
  await fleet.stop();
});

test('a route whose plugin was refused and never accepted is not served without it', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('other', '/other'));
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).not.toContain('shop.limited.web');
    expect(text).toContain('shop.other.web');
  }
  await fleet.stop();
});

test('a route that gets a refused plugin keeps its last accepted form', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(ingress('front', '/old'));
  await clock.advance(10_000);
  setResources(ingress('front', '/new', ['limit']), kongPlugin('limit', 0));
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).toContain('"/old"');
    expect(text).not.toContain('"/new"');
  }
  expect(
    fleet
      .report()
      .held.map(({ root, instead }) => `${root} ${instead}`)
      .sort(),
  ).toEqual(['Ingress/shop/front previous', 'KongPlugin/shop/limit left-out']);
  await fleet.stop();
});

test('a refused configuration reaches two proxies at most', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['a', 'b', 'c', 'd', 'e']);
  refuseLimit(proxies, 0);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  const before = proxies.map(({ pushed }) => pushed.length);
  setResources(ingress('front', '/', ['limit']), kongPlugin('limit', 0));
  await clock.advance(10_000);
  const more = proxies.filter(({ pushed }, index) => pushed.length > (before[index] ?? 0));
  expect(more).toHaveLength(2);
  await fleet.stop();
});

test('a proxy that always refuses is odd, and changes nothing for the others', async () => {
  const { clock, proxies, fleet, setResources, events } = arrange();
  const [odd, ...others] = proxies as [SimulatedProxy, SimulatedProxy, SimulatedProxy];
  odd.behaviour.judge = () => [
    { entityType: 'route', entityId: routeId('shop.front.web.shop.test.80'), messages: ['no'] },
  ];
  setResources(ingress('front', '/'));
  await clock.advance(5_000);
  setResources(ingress('front', '/new'));
  await clock.advance(5_000);
  const report = fleet.report();
  expect(others.map(({ hash }) => hash)).toEqual([report.desired?.hash, report.desired?.hash]);
  expect(report.held).toEqual([]);
  expect(report.proxies[0]).toMatchObject({ state: 'rejected', reason: { code: 'OddProxy' } });
  expect(report.proxies[0]?.reason?.message).not.toMatch(/^;|; *$/);
  expect(events.filter(({ type }) => type === 'odd').length).toBeGreaterThan(0);
  await fleet.stop();
});

test.each(['aa', 'front', 'zz'])(
  'a refusal that names nothing is traced to the change of %s, by trying',
  async (bad) => {
    const { clock, proxies, fleet, setResources } = arrange();
    setResources(ingress(bad, '/'));
    await clock.advance(10_000);
    for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
    const good = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ingress(name, `/${name}`));
    setResources(ingress(bad, '/bad'), ...good);
    await clock.advance(30_000);
    expect(fleet.report().held).toEqual([
      {
        root: `Ingress/shop/${bad}`,
        reason: 'declarative config is invalid (Kong names nothing; this was found by trying)',
        instead: 'previous',
      },
    ]);
    expect(fleet.report().problems).toMatchObject([{ code: 'ResourceRefused', resource: { name: bad } }]);
    for (const { text } of proxies) {
      expect(text).toContain('"/"');
      for (const name of ['a', 'g']) expect(text).toContain(`"/${name}"`);
    }
    setResources(ingress(bad, '/good'), ...good);
    await clock.advance(10_000);
    expect(fleet.report()).toMatchObject({ held: [], problems: [] });
    for (const { text } of proxies) expect(text).toContain('"/good"');
    await fleet.stop();
  },
);

test('the search for an unnamed refusal gives up after six tries and holds what is left in doubt together', async () => {
  const { clock, proxies, fleet, setResources, events } = arrange(['kong-1']);
  setResources();
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
  const many = Array.from({ length: 200 }, (_, index) => {
    const name = `i${String(index).padStart(3, '0')}`;
    return ingress(name, index === 150 ? '/bad' : `/${name}`);
  });
  const before = proxies[0]?.pushed.length ?? 0;
  setResources(...many);
  await clock.advance(60_000);
  const held = fleet.report().held.map(({ root }) => root);
  expect(held).toContain('Ingress/shop/i150');
  expect(held.length).toBeLessThanOrEqual(4);
  const { message } = fleet.report().problems[0] ?? {};
  expect(message).toContain(`this is one of ${String(held.length)} resources that it may be about`);
  expect(events.filter(({ type }) => type === 'searching')).toHaveLength(6);
  // Each refusal is asked for twice, with and without flatten_errors.
  expect((proxies[0]?.pushed.length ?? 0) - before).toBeLessThanOrEqual(2 * (1 + 6) + 1);
  expect(fleet.report().proxies[0]?.state).toBe('in-sync');
  await fleet.stop();
});

test('after a restart of the controller proxies that hold the desired hash get nothing', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  await fleet.stop();
  const before = proxies.map(({ pushed }) => pushed.length);
  const successor = new Fleet({
    name: 'edge',
    clock,
    connect: connectTo(proxies),
  });
  successor.setMembers(proxies.map(({ member }) => member));
  successor.setTranslation(
    sameForAll(new Map([web, ingress('front', '/')].map((fragment) => [fragment.root, fragment]))),
    [],
  );
  await clock.advance(60_000);
  expect(successor.report().proxies.map(({ state }) => state)).toEqual(['in-sync', 'in-sync', 'in-sync']);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual(before);
  await successor.stop();
});

test('a proxy that joins later gets what the others have', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  fleet.setMembers(proxies.slice(0, 1).map(({ member }) => member));
  setResources(ingress('front', '/'));
  await clock.advance(5_000);
  fleet.setMembers(proxies.map(({ member }) => member));
  await clock.advance(1_000);
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  await fleet.stop();
});

test('changes faster than the proxies apply them arrive in the end, without a proxy going back to something older', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  for (const proxy of proxies) proxy.applyMs = 4_000;
  for (let change = 0; change < 100; change += 1) {
    setResources(ingress('front', `/change-${String(change).padStart(3, '0')}`));
    await clock.advance(200);
  }
  await clock.advance(30_000);
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  for (const { texts } of proxies) {
    const changes = texts.map((text) => /change-\d+/.exec(text)?.[0] ?? '');
    expect(changes).toEqual([...changes].sort());
    expect(changes.length).toBeLessThan(8);
  }
  await fleet.stop();
});

test('a fleet without proxies is a normal state', async () => {
  const { clock, fleet, setResources } = arrange([]);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  expect(fleet.report()).toMatchObject({ proxies: [], problems: [], desired: { routes: 1 } });
  await fleet.stop();
});

test('problems that change while the configuration stays release nothing again', async () => {
  const { clock, fleet, events } = arrange();
  const fragments = new Map([web, ingress('front', '/')].map((fragment) => [fragment.root, fragment]));
  fleet.setTranslation(sameForAll(fragments), []);
  await clock.advance(5_000);
  fleet.setTranslation(sameForAll(fragments), [
    { code: 'ManifestUnparsable', severity: 'error', message: 'not YAML', action: 'kept' },
  ]);
  await clock.advance(5_000);
  expect(fleet.report().problems).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'released')).toHaveLength(1);
  await fleet.stop();
});

test('a refusal that no change explains keeps the last accepted configuration, and ends with the next edit', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  setResources(ingress('front', '/'), ingress('other', '/other'));
  await clock.advance(5_000);
  const [accepted] = hashes();
  for (const proxy of proxies) proxy.behaviour.judge = (text) => (text.includes('"/other"') ? [] : [UNKNOWN]);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  expect(new Set(hashes())).toEqual(new Set([accepted]));
  expect(fleet.report().problems).toMatchObject([{ code: 'RefusalNamesNothing' }]);
  setResources(ingress('front', '/'), ingress('other', '/other'));
  await clock.advance(10_000);
  expect(fleet.report()).toMatchObject({ problems: [], desired: { hash: accepted } });
  await fleet.stop();
});

/** A refusal of an entity that no payload of ours holds. */
const UNKNOWN = { entityType: 'route', entityId: 'not-ours', messages: ['no'] };
