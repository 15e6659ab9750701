import {
  createFragment,
  routeId,
  serviceId,
  type Fragment,
  type FragmentPart,
} from '@silverback/kong-configuration';
import { arrange, ingress, kongPlugin, refuseLimit } from './testing/fixtures.ts';

function fragmentOf(kind: string, name: string, part: FragmentPart): Fragment {
  return createFragment({
    root: `${kind}/shop/${name}`,
    resource: { kind, namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts: [part],
    problems: [],
  });
}

function service(name: string): Fragment {
  return fragmentOf('Service', name, {
    type: 'service',
    entity: { id: serviceId(name), name, host: `${name}.shop.svc`, port: 80, protocol: 'http' },
    plugins: [],
  });
}

function ingressTo(name: string): Fragment {
  return fragmentOf('Ingress', 'shop', {
    type: 'route',
    entity: { id: routeId('shop'), name: 'shop', hosts: ['shop.test'], paths: ['/'] },
    service: name,
    plugins: [],
    field: 'spec.rules[0].http.paths[0]',
    isDefaultBackend: false,
  });
}

test('an Ingress that is moved to a Service which Kong refuses stays with the one that it had', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(service('old'), ingressTo('old'));
  await clock.advance(10_000);
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) =>
      text.includes('new.shop.svc')
        ? [{ entityType: 'service', entityId: serviceId('new'), messages: ['no'] }]
        : [];
  }
  setResources(service('old'), service('new'), ingressTo('new'));
  await clock.advance(20_000);
  expect(fleet.report().held).toMatchObject([
    { root: 'Service/shop/new', instead: 'left-out' },
    { root: 'Ingress/shop/shop', instead: 'previous' },
  ]);
  for (const { text } of proxies) expect(text).toContain('"name":"shop"');
  for (const proxy of proxies) delete proxy.behaviour.judge;
  await clock.advance(600_000);
  expect(fleet.report()).toMatchObject({ held: [], problems: [] });
  for (const { text } of proxies) expect(text).toContain('new.shop.svc');
  await fleet.stop();
});

test('what lost its path to another Ingress was never served, and is left out rather than held', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(ingress('a', '/same'), ingress('b', '/same'));
  await clock.advance(10_000);
  setResources(ingress('a', '/same'), ingress('b', '/other', ['limit']), kongPlugin('limit', 0));
  await clock.advance(20_000);
  expect(fleet.report().held).toMatchObject([{ root: 'KongPlugin/shop/limit', instead: 'left-out' }]);
  expect(fleet.report().problems.map(({ code }) => code)).toContain('PluginNotProgrammed');
  await fleet.stop();
});

test('an Ingress that once came in with a held Service stays in service when that is offered again', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  for (const proxy of proxies) proxy.behaviour.refusesText = 'new.shop.svc';
  setResources(service('old'), service('new'), ingressTo('new'));
  await clock.advance(600_000);
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Service/shop/new']);
  setResources(service('old'), service('new'), ingressTo('old'));
  await clock.advance(10_000);
  for (const proxy of proxies) {
    expect(proxy.text).toContain('"name":"shop"');
    proxy.texts.length = 0;
    delete proxy.behaviour.refusesText;
  }
  await clock.advance(3_600_000);
  expect(fleet.report().held).toEqual([]);
  for (const { texts } of proxies) {
    expect(texts.at(-1)).toContain('new.shop.svc');
    expect(texts.filter((text) => !text.includes('"name":"shop"'))).toEqual([]);
  }
  await fleet.stop();
});

test('what is accepted late stays in service although something newer was made without it', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) =>
      text.includes('new.shop.svc')
        ? [{ entityType: 'service', entityId: serviceId('new'), messages: ['no'] }]
        : [];
  }
  setResources(service('old'), service('new'));
  await clock.advance(20_000);
  for (const proxy of proxies) proxy.applyMs = 1_000;
  setResources(service('old'), service('new'), ingressTo('old'));
  await clock.advance(500);
  setResources(service('old'), service('new'), ingressTo('new'), ingress('other', '/other'));
  await clock.advance(60_000);
  expect(fleet.report().held.map(({ root, instead }) => [root, instead])).toEqual([
    ['Service/shop/new', 'left-out'],
    ['Ingress/shop/shop', 'previous'],
  ]);
  for (const { texts } of proxies) {
    expect(texts.at(-1)).toContain('"/other"');
    const first = texts.findIndex((text) => text.includes('"name":"shop"'));
    expect(texts.slice(first).filter((text) => !text.includes('"name":"shop"'))).toEqual([]);
  }
  await fleet.stop();
});

test('a form of before does not come back with what a search tries', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  const settle = async (...resources: readonly Fragment[]) => {
    setResources(...resources);
    await clock.advance(20_000);
  };
  await settle(kongPlugin('limit', 5), ingress('z', '/z', ['limit']));
  // Nothing of it is served any more, and nobody notices that the plugin is a bad one by now.
  await settle(kongPlugin('limit', 5), ingress('z', '/z', ['missing']));
  for (const proxy of proxies) proxy.behaviour.refusesText = '"minute":9';
  await settle(kongPlugin('limit', 9), ingress('z', '/z', ['missing']));
  await settle(
    kongPlugin('limit', 9),
    ingress('z', '/z', ['another']),
    service('old'),
    ingressTo('old'),
    ingress('b', '/b', ['limit']),
  );
  expect(fleet.report().held.map(({ root }) => root)).toEqual(['Ingress/shop/b']);
  for (const { text } of proxies) expect(text).toContain('"name":"shop"');
  await fleet.stop();
});
