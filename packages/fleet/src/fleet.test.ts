import { VirtualClock } from '@silverback/clock';
import { EMPTY, SimulatedProxy } from '@silverback/fan-out/testing';
import {
  createFragment,
  routeId,
  serviceId,
  type Fragment,
  type RootKey,
} from '@silverback/kong-configuration';
import { Fleet, type FleetEvent, type FleetOptions } from './index.ts';

/** An Ingress with one route, and the Service that it leads to. */
function ingress(name: string, path: string, plugins: readonly string[] = []): Fragment {
  const route = `shop.${name}.web.shop.test.80`;
  return createFragment({
    root: `Ingress/shop/${name}`,
    resource: { kind: 'Ingress', namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts: [
      {
        type: 'route',
        entity: { id: routeId(route), name: route, hosts: ['shop.test'], paths: [path] },
        service: 'shop.web.80',
        plugins: plugins.map((plugin) => ({ plugin: `shop/${plugin}`, field: 'metadata.annotations' })),
        field: 'spec.rules[0].http.paths[0]',
        isDefaultBackend: false,
      },
    ],
    problems: [],
  });
}

function kongPlugin(name: string, minute: number): Fragment {
  return createFragment({
    root: `KongPlugin/shop/${name}`,
    resource: { kind: 'KongPlugin', namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts: [
      { type: 'plugin', plugin: `shop/${name}`, definition: { name: 'rate-limiting', config: { minute } } },
    ],
    problems: [],
  });
}

const web = createFragment({
  root: 'Service/shop/web',
  resource: { kind: 'Service', namespace: 'shop', name: 'web' },
  precedence: { creationTimestamp: '', namespace: 'shop', name: 'web', uid: '' },
  parts: [
    {
      type: 'service',
      entity: {
        id: serviceId('shop.web.80'),
        name: 'shop.web.80',
        host: '10.0.0.1',
        port: 80,
        protocol: 'http',
      },
      plugins: [],
    },
  ],
  problems: [],
});

function connectTo(proxies: readonly SimulatedProxy[]): FleetOptions['connect'] {
  return (member) => {
    const proxy = proxies.find(({ member: { key } }) => key === member.key);
    if (!proxy) throw new Error(`nobody is at ${member.key}`);
    return proxy.connect();
  };
}

function arrange(names: readonly string[] = ['kong-1', 'kong-2', 'kong-3']) {
  const clock = new VirtualClock();
  const proxies = names.map((name) => new SimulatedProxy(name, clock));
  const events: FleetEvent[] = [];
  const fleet = new Fleet({
    name: 'edge',
    clock,
    random: () => 0.5,
    connect: connectTo(proxies),
    onEvent: (event) => events.push(event),
  });
  const setResources = (...fragments: readonly Fragment[]): void => {
    fleet.setFragments(
      new Map<RootKey, Fragment>([web, ...fragments].map((fragment) => [fragment.root, fragment])),
      [],
    );
  };
  fleet.setMembers(proxies.map(({ member }) => member));
  return { clock, proxies, fleet, events, setResources, hashes: () => proxies.map(({ hash }) => hash) };
}

/** Makes proxies refuse whatever has a plugin with this limit, as Kong refuses a bad configuration value. */
function refuseLimit(proxies: readonly SimulatedProxy[], minute: number): void {
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) => {
      const found = new RegExp(`"config":\\{"minute":${String(minute)}\\},"id":"([^"]+)"`).exec(text);
      const message = 'config.minute: value must be greater than 0';
      return found ? [{ entityType: 'plugin', entityId: found[1] ?? '', messages: [message] }] : [];
    };
  }
}

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
  fleet.setFragments(new Map(), []);
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

test('a change goes to one proxy first and to the others once it is accepted', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.applyMs = 500;
  setResources(ingress('front', '/new'));
  await clock.advance(400);
  expect(proxies.map(({ pushed }) => pushed.length).sort()).toEqual([1, 1, 2]);
  await clock.advance(2_000);
  expect(proxies.map(({ pushed }) => pushed.length)).toEqual([2, 2, 2]);
  await fleet.stop();
});

test('a trial proxy that does not answer is passed over after two seconds', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (const [index, proxy] of proxies.entries()) proxy.applyMs = index === 0 ? 600_000 : 10;
  setResources(ingress('front', '/new'));
  await clock.advance(1_900);
  expect(new Set(proxies.slice(1).map(({ hash }) => hash)).size).toBe(1);
  await clock.advance(1_000);
  const desired = fleet.report().desired?.hash;
  expect(proxies.slice(1).map(({ hash }) => hash)).toEqual([desired, desired]);
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
  expect(events.filter(({ type }) => type === 'odd').length).toBeGreaterThan(0);
  await fleet.stop();
});

test('a refusal that names nothing leaves every proxy on the last accepted configuration, until the next edit', async () => {
  const { clock, proxies, fleet, setResources, hashes } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  const [accepted] = hashes();
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
  setResources(ingress('front', '/bad'));
  await clock.advance(10_000);
  expect(new Set(hashes())).toEqual(new Set([accepted]));
  expect(fleet.report().problems).toMatchObject([{ code: 'RefusalNamesNothing' }]);
  setResources(ingress('front', '/good'));
  await clock.advance(10_000);
  expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
  expect(fleet.report().problems).toEqual([]);
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
  successor.setFragments(
    new Map([web, ingress('front', '/')].map((fragment) => [fragment.root, fragment])),
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
