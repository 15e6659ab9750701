import {
  createFragment,
  serviceId,
  targetId,
  upstreamId,
  type Fragment,
  type FragmentPart,
} from '@silverback/kong-configuration';
import { FRAGMENTS_ONLY, type CurrentResources } from './current-resources.ts';
import { heldForm as heldFormOf } from './held-form.ts';
import { arrange, ingress, refuseLimit, kongPlugin } from './testing/fixtures.ts';

function fragmentOf(kind: string, name: string, ...parts: FragmentPart[]): Fragment {
  return createFragment({
    root: `${kind}/shop/${name}`,
    resource: { kind, namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts,
    problems: [],
  });
}

function heldForm(
  accepted: Fragment,
  newest: Fragment,
  resources: Partial<CurrentResources> = {},
): Fragment | undefined {
  return heldFormOf(accepted, newest, { ...FRAGMENTS_ONLY, ...resources });
}

const asking = (plugin: string) => ({ plugin, field: 'metadata.annotations' });

function service(targets: readonly string[], plugins: readonly string[] = [], retries = 5): FragmentPart {
  const name = 'shop.web.80';
  return {
    type: 'service',
    entity: { id: serviceId(name), name, host: name, port: 80, protocol: 'http', retries },
    upstream: {
      id: upstreamId(name),
      name,
      targets: targets.map((target) => ({ id: targetId(name, target), target })),
    },
    plugins: plugins.map(asking),
  };
}

function consumer(username: string, credentials: readonly string[], groups: readonly string[]): FragmentPart {
  const named = (root: string) => ({ root, field: 'credentials' });
  return {
    type: 'consumer',
    entity: { id: username, username },
    plugins: [],
    credentials: credentials.map((name) => named(`Secret/shop/${name}`)),
    groups: groups.map((name) => named(`KongConsumerGroup/shop/${name}`)),
  };
}

const web = (...part: FragmentPart[]): Fragment => fragmentOf('Service', 'web', ...part);

test('a held Service has the endpoints of now and everything else of then', () => {
  const held = heldForm(web(service(['10.0.0.1:80'])), web(service(['10.0.0.2:80'], [], 9)));
  expect(held?.parts).toEqual([service(['10.0.0.2:80'])]);
  expect(held?.hash).toBe(web(service(['10.0.0.2:80'])).hash);
});

test('a held Service without endpoints has none', () => {
  const { upstream, ...part } = service([]) as Extract<FragmentPart, { type: 'service' }>;
  const none = { ...part, upstream: { id: upstream?.id ?? '', name: upstream?.name ?? '' } };
  expect(heldForm(web(service(['10.0.0.1:80'])), web(none))?.parts).toEqual([none]);
});

test('a held Service that is reached by its name now is reached by it', () => {
  const { type, plugins, ...part } = service([]) as Extract<FragmentPart, { type: 'service' }>;
  const now = { type, plugins, entity: { ...part.entity, host: 'web.shop.svc', port: 8080, retries: 9 } };
  expect(heldForm(web(service(['10.0.0.1:80'])), web(now))?.parts).toEqual([
    { ...now, entity: { ...now.entity, retries: 5 } },
  ]);
});

test('what nothing is known of any more is left out', () => {
  expect(heldForm(web(service(['10.0.0.1:80'])), web())).toBeUndefined();
});

test('where nothing was taken away the accepted fragment itself is used', () => {
  const accepted = web(service(['10.0.0.1:80']));
  expect(heldForm(accepted, web(service(['10.0.0.1:80'], [], 9)))).toBe(accepted);
});

test('a held consumer has no credential and no group that it has lost, and none that it has not had', () => {
  const held = heldForm(
    fragmentOf('KongConsumer', 'eve', consumer('eve', ['old', 'kept'], ['admins', 'users'])),
    fragmentOf('KongConsumer', 'eve', consumer('eva', ['kept', 'new'], ['users'])),
  );
  expect(held?.parts).toEqual([consumer('eve', ['kept'], ['users'])]);
});

test.each<FragmentPart>([
  {
    type: 'credential',
    secret: 'shop/key',
    credentialType: 'key-auth',
    entity: { id: 'a', key: 'leaked' },
    uniqueValue: 'leaked',
  },
  { type: 'ca-certificate', entity: { id: 'a', cert: 'old' } },
])('an older $type is never used', (part) => {
  expect(
    heldForm(fragmentOf('Secret', 'key', part), fragmentOf('Secret', 'key', service([]))),
  ).toBeUndefined();
});

test('an older server certificate stays: it lets nobody in', () => {
  const part = {
    type: 'certificate',
    secret: 'shop/cert',
    entity: { id: 'a', cert: 'old', key: 'k' },
  } as const;
  expect(heldForm(fragmentOf('Secret', 'cert', part), fragmentOf('Secret', 'cert'))?.parts).toEqual([part]);
});

test('what may not ask for a plugin of another namespace any more is left out, not served without it', () => {
  const accepted = web(service([], ['KongPlugin/team/limit', 'KongPlugin/shop/cors']));
  const revoked = web(service([], ['KongPlugin/team:limit']));
  expect(heldForm(accepted, revoked)).toBeUndefined();
  expect(heldForm(accepted, web(service([], ['KongPlugin/team/limit'], 9)))).toBe(accepted);
  // Its newest form may have given it up by itself.
  expect(heldForm(accepted, web(service([])))).toBeUndefined();
  expect(heldForm(accepted, web(service([])), { isGranted: () => true })?.parts).toEqual(accepted.parts);
});

const webBy = (name: string, targets: readonly string[], plugins: readonly string[] = []): Fragment =>
  fragmentOf(
    'Service',
    name,
    service(
      targets,
      plugins.map((plugin) => `KongPlugin/shop/${plugin}`),
    ),
  );

test('while a Service is held its endpoints go on being followed', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(webBy('api', ['10.0.0.1:80']));
  await clock.advance(10_000);
  const limit = kongPlugin('limit', 0);
  setResources(webBy('api', ['10.0.0.1:80'], ['limit']), limit);
  await clock.advance(10_000);
  setResources(webBy('api', ['10.0.0.2:80'], ['limit']), limit);
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).toContain('10.0.0.2:80');
    expect(text).not.toContain('10.0.0.1:80');
    expect(text).not.toContain('"minute":0');
  }
  expect(fleet.report().held.map(({ root, instead }) => `${root} ${instead}`)).toEqual([
    'KongPlugin/shop/limit left-out',
    'Service/shop/api previous',
  ]);
  await fleet.stop();
});

test('a path that a held Ingress has given up goes to whoever asks for it now', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(ingress('a', '/x'));
  await clock.advance(10_000);
  setResources(ingress('a', '/y', ['limit']), kongPlugin('limit', 0), ingress('b', '/x'));
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).toContain('shop.b.web');
    expect(text).not.toContain('shop.a.web');
  }
  await fleet.stop();
});

test('of a resource of which the held form is refused as well nothing is served, and it is not tried again', async () => {
  const { clock, proxies, fleet, setResources } = arrange();
  setResources(ingress('a', '/old'));
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.behaviour.judge = refuseRoutes(/"paths":\["\/(?:old|new)"\]/);
  setResources(ingress('a', '/new'), ingress('b', '/b'));
  await clock.advance(30_000);
  const pushes = proxies.map(({ pushed }) => pushed.length);
  for (const { text } of proxies) {
    expect(text).toContain('shop.b.web');
    expect(text).not.toContain('shop.a.web');
  }
  setResources(ingress('a', '/new'), ingress('b', '/b'), ingress('c', '/c'));
  await clock.advance(30_000);
  expect(proxies.map(({ pushed }, index) => pushed.length - (pushes[index] ?? 0))).toEqual([1, 1, 1]);
  expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/a', instead: 'left-out' }]);
  await fleet.stop();
});

/** Refuses each route with a text, by its id. */
function refuseRoutes(pattern: RegExp) {
  return (text: string) =>
    text.split('{').flatMap((entity) => {
      const id = /"id":"([^"]+)"/.exec(entity)?.[1];
      return pattern.test(entity) && id !== undefined
        ? [{ entityType: 'route', entityId: id, messages: ['no'] }]
        : [];
    });
}

test('a plugin that has lost a value of its Secret goes, and with it that it applies to everything', () => {
  const plugin = 'KongClusterPlugin//limit';
  const accepted = fragmentOf(
    'KongClusterPlugin',
    'limit',
    { type: 'plugin', plugin, definition: { name: 'limit' }, secrets: { values: [] } },
    { type: 'global-plugin', plugin },
  );
  const newest = fragmentOf('KongClusterPlugin', 'limit');
  expect(heldForm(accepted, newest)).toBeUndefined();
  expect(heldForm(accepted, newest, { renewed: (part) => part })?.parts).toEqual(accepted.parts);
});
