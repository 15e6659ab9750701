import type { SimulatedProxy } from '@silverback/fan-out/testing';
import {
  createFragment,
  type Fragment,
  type FragmentPart,
  type RootKey,
} from '@silverback/kong-configuration';
import { arrange, ingress, kongPlugin, refuseLimit, webAt } from './testing/fixtures.ts';

/** Makes proxies refuse a text without naming anything, as Kong does with what its parser refuses. */
function refuseText(proxies: readonly SimulatedProxy[], text: string): void {
  for (const proxy of proxies) proxy.behaviour.refusesText = text;
}

test('what Kong finds fault with when it is asked is held without a search', async () => {
  const { clock, proxies, fleet, setResources, events } = arrange();
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  refuseText(proxies, '"minute":0');
  for (const proxy of proxies)
    proxy.behaviour.checks = (type, entity) =>
      type === 'plugins' && JSON.stringify(entity).includes('"minute":0')
        ? 'config.minute: too small'
        : undefined;
  setResources(
    ingress('front', '/'),
    ingress('other', '/other'),
    kongPlugin('limit', 0),
    ingress('x', '/x', ['limit']),
  );
  await clock.advance(10_000);
  const { held, problems } = fleet.report();
  expect(held[0]).toMatchObject({ root: 'KongPlugin/shop/limit', reason: 'config.minute: too small' });
  expect(problems.map(({ code }) => code)).toContain('ResourceRefused');
  expect(events.filter(({ type }) => type === 'searching')).toEqual([]);
  for (const { text } of proxies) expect(text).toContain('"/other"');
  // One proxy is asked, about what has changed only.
  expect(proxies.filter(({ checked }) => checked.length > 0)).toHaveLength(1);
  expect(proxies.flatMap(({ checked }) => checked).sort()).toEqual(['plugins', 'routes', 'routes']);
  await fleet.stop();
});

test('a proxy that gives no answer about entities leaves it to the search', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['kong-1']);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  refuseText(proxies, '"/bad"');
  const [proxy] = proxies as [SimulatedProxy];
  proxy.behaviour.checks = () => {
    proxy.behaviour.hangs = true;
    return undefined;
  };
  setResources(ingress('front', '/'), ingress('bad', '/bad'), ingress('good', '/good'));
  await clock.advance(1_000);
  proxy.behaviour.hangs = false;
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  expect(proxy.text).toContain('"/good"');
  await fleet.stop();
});

test('what comes while a proxy is asked is what counts', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['kong-1']);
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  refuseText(proxies, '"/bad"');
  const [proxy] = proxies as [SimulatedProxy];
  proxy.behaviour.checks = () => {
    proxy.behaviour.hangs = true;
    return undefined;
  };
  setResources(ingress('front', '/'), ingress('bad', '/bad'), ingress('good', '/good'));
  await clock.advance(1_000);
  proxy.behaviour.hangs = false;
  setResources(ingress('front', '/'), ingress('bad', '/mended'), ingress('good', '/good'));
  await clock.advance(60_000);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  expect(proxy.text).toContain('"/mended"');
  await fleet.stop();
});

test.each([true, undefined])(
  'something that Kong finds twice is a bug of ours, with a code of its own, named or not (%s)',
  async (isNamed) => {
    const { clock, proxies, fleet, setResources } = arrange();
    setResources(ingress('front', '/'));
    await clock.advance(10_000);
    for (const proxy of proxies) {
      const send = proxy.apply.bind(proxy);
      proxy.apply = async (payload, options) => {
        const text = Buffer.concat(payload.segments).toString();
        const entityId = /"id":"([^"]+)","name":"shop\.twice/.exec(text)?.[1];
        if (entityId === undefined) return send(payload, options);
        const refusals = isNamed
          ? [
              {
                entityType: 'route',
                entityId,
                messages: ['uniqueness violation'],
                isContradiction: true as const,
              },
            ]
          : [];
        return { type: 'refused', refusals, message: 'routes: uniqueness violation', isContradiction: true };
      };
    }
    setResources(ingress('front', '/'), ingress('twice', '/twice'), ingress('good', '/good'));
    await clock.advance(60_000);
    expect(fleet.report().problems).toMatchObject([
      { code: 'ConfigurationInconsistent', resource: { name: 'twice' } },
    ]);
    for (const { text } of proxies) expect(text).toContain('"/good"');
    await fleet.stop();
  },
);

test('a search among everything holds what is bad, not the Service that it needs', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['kong-1']);
  refuseText(proxies, '"/bad"');
  setResources(ingress('bad', '/bad'), ingress('good', '/good'), kongPlugin('limit', 5));
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/bad']);
  for (const { text } of proxies) expect(text).toContain('"/good"');
  await fleet.stop();
});

test.each(['a refused plugin', 'the path of another one'])(
  'what comes in because %s gives way is held alone if Kong refuses it without naming it',
  async (reason) => {
    const { clock, proxies, fleet, setResources } = arrange();
    for (const proxy of proxies) {
      proxy.behaviour.judge = (text) => {
        const entityId = /"config":\{"minute":0\},"id":"([^"]+)"/.exec(text)?.[1];
        return entityId === undefined ? [] : [{ entityType: 'plugin', entityId, messages: ['no'] }];
      };
      // Route "b" is refused in any form, but without its name.
      proxy.behaviour.refusesText = 'shop.b.web';
    }
    const isPlugin = reason === 'a refused plugin';
    const b = ingress('b', isPlugin ? '/b' : '/a', isPlugin ? ['limit'] : []);
    const a = ingress('a', '/a', isPlugin ? ['limit'] : []);
    setResources(kongPlugin('limit', isPlugin ? 0 : 5), a, b);
    await clock.advance(30_000);
    setResources(kongPlugin('limit', 5), ingress('a', '/other', ['limit']), b, ingress('new', '/new'));
    await clock.advance(60_000);
    expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/b', instead: 'left-out' }]);
    for (const { text } of proxies)
      for (const path of ['/other', '/new']) expect(text).toContain(`"${path}"`);
    await fleet.stop();
  },
);

test('a form that waited for a plugin counts for nothing when the plugin comes', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) =>
      [
        ...text.matchAll(
          /"config":\{"minute":0\},"id":"([^"]+)"|"id":"([^"]+)","name":"shop.b.web[^"]*","paths":\["\/open"/g,
        ),
      ].map(([, plugin, route]) => ({
        entityType: 'some',
        entityId: plugin ?? route ?? '',
        messages: ['no'],
      }));
    proxy.behaviour.refusesText = '"/waiting"';
  }
  setResources(kongPlugin('limit', 0), ingress('a', '/a', ['limit']), ingress('b', '/waiting', ['limit']));
  await clock.advance(30_000);
  setResources(kongPlugin('limit', 5), ingress('a', '/a', ['limit']), ingress('b', '/open'));
  await clock.advance(60_000);
  expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/b', instead: 'left-out' }]);
  for (const { text } of proxies) expect(text).toContain('"/a"');
  await fleet.stop();
});

test('what a proxy accepts late ends the search for what another one refused of it', async () => {
  const { clock, proxies, fleet, setResources, events } = arrange(['kong-1', 'kong-2']);
  const [strict, late] = proxies as [SimulatedProxy, SimulatedProxy];
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  refuseText([strict], '"/odd"');
  strict.applyMs = 3_000;
  // It is passed over, and answers when the halves are being tried.
  late.applyMs = 7_500;
  const more = ['a', 'b', 'c'].map((name) => ingress(name, `/${name}`));
  setResources(ingress('front', '/'), ingress('odd', '/odd'), ...more);
  await clock.advance(7_400);
  expect(events.filter(({ type }) => type === 'searching')).toHaveLength(1);
  expect(late.text).not.toContain('"/odd"');
  await clock.advance(60_000);
  expect(late.text).toContain('"/odd"');
  expect(events.filter(({ type }) => type === 'searching')).toHaveLength(1);
  expect(events.filter(({ type }) => type === 'quarantined')).toEqual([]);
  expect(fleet.report().held).toEqual([]);
  const reasons = fleet.report().proxies.map(({ reason }) => reason?.code);
  expect(reasons).toEqual(['OddProxy', undefined]);
  await fleet.stop();
});

test('a Service whose endpoints have changed is not suspected of what Kong refuses without a name', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['kong-1']);
  const [proxy] = proxies as [SimulatedProxy];
  setResources(webAt('10.0.0.1:80'), ingress('front', '/'));
  await clock.advance(10_000);
  refuseText(proxies, '_');
  setResources(webAt('10.0.0.2:80'), ingress('front', '/'), ingress('a', '/a'));
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/a']);
  expect(fleet.report().problems.map(({ code }) => code)).toContain('RefusalNamesNothing');
  refuseText(proxies, '"/a"');
  await clock.advance(600_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/a']);
  expect(proxy.text).toContain('10.0.0.2:80');
  await fleet.stop();
});

test('a held form that is refused as well stays out when the resources are read again', async () => {
  const { clock, proxies, fleet, setResources } = arrange(['kong-1']);
  const [proxy] = proxies as [SimulatedProxy];
  const resources = [kongPlugin('limit', 0), ingress('a', '/new', ['limit'])];
  setResources(ingress('a', '/old'));
  await clock.advance(10_000);
  refuseLimit(proxies, 0);
  setResources(...resources);
  await clock.advance(20_000);
  expect(fleet.report().held).toMatchObject([
    { root: 'KongPlugin/shop/limit', instead: 'left-out' },
    { root: 'Ingress/shop/a', instead: 'previous' },
  ]);
  // Another version of Kong, which does not take the old form of the Ingress either.
  refuseText(proxies, '"/old"');
  proxy.behaviour.checks = (_, entity) => (JSON.stringify(entity).includes('"/old"') ? 'no' : undefined);
  proxy.restart(false);
  await clock.advance(60_000);
  expect(proxy.text).not.toContain('"/old"');
  const pushes = proxy.pushed.length;
  setResources(...resources);
  await clock.advance(20_000);
  expect(proxy.pushed).toHaveLength(pushes);
  await fleet.stop();
});

function fragmentOf(root: RootKey, part: FragmentPart): Fragment {
  const [kind = '', namespace = '', name = ''] = root.split('/');
  const precedence = { creationTimestamp: '', namespace, name, uid: '' };
  return createFragment({
    root,
    resource: { kind, namespace, name },
    precedence,
    parts: [part],
    problems: [],
  });
}

const key = fragmentOf('Secret/shop/key', {
  type: 'credential',
  secret: 'shop/key',
  credentialType: 'key-auth',
  entity: { id: 'key', key: 'sesame' },
  uniqueValue: 'sesame',
});

function eve(tag: string, ...secrets: readonly RootKey[]): Fragment {
  return fragmentOf('KongConsumer/shop/eve', {
    type: 'consumer',
    entity: { id: 'eve', username: 'eve', tags: [tag] },
    plugins: [],
    credentials: secrets.map((root) => ({ root, field: 'credentials' })),
    groups: [],
  });
}

test('a consumer that is held, and has lost a key, is not suspected of what Kong refuses without a name', async () => {
  const { clock, proxies, fleet, setResources, events } = arrange(['kong-1']);
  const [proxy] = proxies as [SimulatedProxy];
  setResources(key, eve('old', key.root));
  await clock.advance(10_000);
  refuseText(proxies, '_');
  setResources(key, eve('new'));
  await clock.advance(60_000);
  expect(events.filter(({ type }) => type === 'quarantined')).toHaveLength(1);
  expect(fleet.report().problems.map(({ code }) => code)).toContain('RefusalNamesNothing');
  refuseText(proxies, '"new"');
  await clock.advance(600_000);
  expect(fleet.report().held).toMatchObject([{ root: 'KongConsumer/shop/eve', instead: 'previous' }]);
  expect(proxy.text).toContain('"old"');
  expect(proxy.text).not.toContain('sesame');
  await fleet.stop();
});

test('a held form that is refused without a name as well is left out, and everything else goes on', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  const settle = async (...resources: readonly Fragment[]) => {
    setResources(...resources);
    await clock.advance(20_000);
  };
  await settle(kongPlugin('limit', 5), ingress('b', '/old', ['limit']));
  // It loses its path, so that nothing of it is served, and nobody notices that the plugin is a bad one by now.
  await settle(kongPlugin('limit', 5), ingress('a', '/same'), ingress('b', '/same'));
  refuseText(proxies, '"minute":9');
  await settle(kongPlugin('limit', 9), ingress('a', '/same'), ingress('b', '/same'));
  await settle(
    kongPlugin('limit', 9),
    ingress('a', '/same'),
    ingress('b', '/new', ['limit']),
    ingress('c', '/c'),
  );
  expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/b', instead: 'left-out' }]);
  for (const { text } of proxies) expect(text).toContain('"/c"');
  await fleet.stop();
});
