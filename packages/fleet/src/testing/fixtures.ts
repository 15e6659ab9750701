import { VirtualClock } from '@silverback/clock';
import { SimulatedProxy } from '@silverback/fan-out/testing';
import {
  createFragment,
  routeId,
  serviceId,
  targetId,
  upstreamId,
  type Fragment,
  type RootKey,
} from '@silverback/kong-configuration';
import { Fleet, sameForAll, type FleetEvent, type FleetOptions } from '../index.ts';

/** An Ingress with one route, and the Service that it leads to. */
export function ingress(name: string, path: string, plugins: readonly string[] = []): Fragment {
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
        plugins: plugins.map((plugin) => ({
          plugin: `KongPlugin/shop/${plugin}`,
          field: 'metadata.annotations',
        })),
        field: 'spec.rules[0].http.paths[0]',
        isDefaultBackend: false,
      },
    ],
    problems: [],
  });
}

export function kongPlugin(name: string, minute: number): Fragment {
  return createFragment({
    root: `KongPlugin/shop/${name}`,
    resource: { kind: 'KongPlugin', namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts: [
      {
        type: 'plugin',
        plugin: `KongPlugin/shop/${name}`,
        definition: { name: 'rate-limiting', config: { minute } },
      },
    ],
    problems: [],
  });
}

export const web: Fragment = createFragment({
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

/** The Service of the fixtures with endpoints. */
export function webAt(...targets: string[]): Fragment {
  const name = 'shop.web.80';
  return createFragment({
    root: 'Service/shop/web',
    resource: { kind: 'Service', namespace: 'shop', name: 'web' },
    precedence: { creationTimestamp: '', namespace: 'shop', name: 'web', uid: '' },
    parts: [
      {
        type: 'service',
        entity: { id: serviceId(name), name, host: name, port: 80, protocol: 'http' },
        upstream: {
          id: upstreamId(name),
          name,
          targets: targets.map((target) => ({ id: targetId(name, target), target })),
        },
        plugins: [],
      },
    ],
    problems: [],
  });
}

export function connectTo(proxies: readonly SimulatedProxy[]): FleetOptions['connect'] {
  return (member) => {
    const proxy = proxies.find(({ member: { key } }) => key === member.key);
    if (!proxy) throw new Error(`nobody is at ${member.key}`);
    return proxy.connect();
  };
}

export function arrange(
  names: readonly string[] = ['kong-1', 'kong-2', 'kong-3'],
  options: Partial<FleetOptions> = {},
  clock = new VirtualClock(),
) {
  const proxies = names.map((name) => new SimulatedProxy(name, clock));
  const events: FleetEvent[] = [];
  const fleet = new Fleet({
    name: 'edge',
    clock,
    random: () => 0.5,
    connect: connectTo(proxies),
    onEvent: (event) => events.push(event),
    ...options,
  });
  const setResources = (...fragments: readonly Fragment[]): void => {
    const all = [web, ...fragments].map((fragment) => [fragment.root, fragment] as const);
    fleet.setTranslation(sameForAll(new Map<RootKey, Fragment>(all)), []);
  };
  fleet.setMembers(proxies.map(({ member }) => member));
  return { clock, proxies, fleet, events, setResources, hashes: () => proxies.map(({ hash }) => hash) };
}

/** Makes proxies refuse whatever has a plugin with this limit, as Kong refuses a bad configuration value. */
export function refuseLimit(proxies: readonly SimulatedProxy[], minute: number): void {
  for (const proxy of proxies) {
    proxy.behaviour.judge = (text) => {
      const found = new RegExp(`"config":\\{"minute":${String(minute)}\\},"id":"([^"]+)"`).exec(text);
      const message = 'config.minute: value must be greater than 0';
      return found ? [{ entityType: 'plugin', entityId: found[1] ?? '', messages: [message] }] : [];
    };
  }
}
