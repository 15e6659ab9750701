import type { RootKey } from '@silverback/kong-configuration';
import type { FleetEvent } from '../index.ts';
import { CONSUMER, keyOf, secretRoot, type FleetCluster } from './fleet-cluster.ts';
import { readConfiguration, type ServedConfiguration, type ServedRoute } from './fleet-configuration.ts';

const PLUGIN_TYPES = { none: undefined, limit: 'rate-limiting', quota: 'response-ratelimiting' } as const;

/** What a payload has to hold, and what it may hold. */
interface Terms {
  readonly served: readonly RootKey[];
  /** Absent where the payload was made before and is accepted late. */
  readonly rights?: Rights;
}

/** The resources at one moment. */
type Resources = Pick<
  FleetCluster,
  'ingresses' | 'services' | 'secrets' | 'consumer' | 'contenders' | 'isGranted'
>;

/** What was there when a payload was made. */
interface Rights {
  readonly keys: ReadonlySet<string>;
  readonly targets: ReadonlyMap<string, string>;
  /** Whether routes may have the plugin of the other namespace. */
  readonly isGranted: boolean;
}

/** What promises need to know beside the resources. */
export interface FleetPromisesOptions {
  /** False while what is missing from the source may not have been read yet, and is kept. */
  readonly isSourceRead: () => boolean;
  /** The proxies of a group that are odd, and those that are there and are not. */
  readonly proxiesOf: (group: string) => {
    readonly odd: ReadonlySet<string>;
    readonly good: ReadonlySet<string>;
  };
  readonly onViolation: (violation: string) => void;
}

/**
 * Holds every payload against what a fleet promises: what was served and still exists is served, in its newest form or in
 * an older one; nothing is served with less protection than its version asks for; nothing comes back that was taken away.
 */
export class FleetPromises {
  readonly #cluster: FleetCluster;
  readonly #options: FleetPromisesOptions;
  readonly #report: (violation: string) => void;
  /** What was sent, by hash. */
  readonly #sent = new Map<string, ServedConfiguration>();
  /** What was released last, by group. */
  readonly #released = new Map<string, ServedConfiguration>();
  readonly #releasedHashes = new Map<string, string>();
  /** Terms of payloads that no proxy has got yet, by hash. */
  readonly #open = new Map<string, Terms[]>();
  /** What there was, and which proxies were odd, when something was tried that has not been released, by group and hash. */
  readonly #tried = new Map<string, { readonly resources: Resources; readonly odd: ReadonlySet<string> }>();

  constructor(cluster: FleetCluster, options: FleetPromisesOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#report = options.onViolation;
  }

  /** What was released last to a group; undefined if nothing was. */
  releasedHash(group: string): string | undefined {
    return this.#releasedHashes.get(group);
  }

  /** A payload arrives at a proxy. */
  sent(hash: string, text: string): void {
    const configuration = this.#sent.get(hash) ?? readConfiguration(text);
    this.#sent.set(hash, configuration);
    for (const route of configuration.routes.values()) this.#checkProtection(route);
    for (const terms of this.#open.get(hash) ?? []) this.#check(configuration, terms);
    this.#open.delete(hash);
  }

  /** A fleet decides on a payload. */
  hear(event: FleetEvent): void {
    if (event.type !== 'candidate' && event.type !== 'released') return;
    const { group = '', payload } = event;
    const terms = this.#termsOf(event.type, group, payload.hash);
    const sent = this.#sent.get(payload.hash);
    if (sent) this.#check(sent, terms);
    else this.#open.set(payload.hash, [...(this.#open.get(payload.hash) ?? []), terms]);
    if (event.type === 'candidate' || !sent) return;
    this.#released.set(group, sent);
    this.#releasedHashes.set(group, payload.hash);
  }

  #termsOf(type: 'candidate' | 'released', group: string, hash: string): Terms {
    const key = `${group} ${hash}`;
    const { odd, good } = this.#options.proxiesOf(group);
    const [now, tried] = [copyOf(this.#cluster), this.#tried.get(key)];
    if (type === 'candidate') this.#tried.set(key, { resources: now, odd });
    else this.#tried.delete(key);
    // What was tried and is released by now was made then.
    const isLate = type === 'released' && tried !== undefined;
    // What was accepted may be refused by all that are there, and then by odd ones that are mended meanwhile.
    const isLeftToOdd = [...good].every((proxy) => isLate && tried.odd.has(proxy));
    const released = this.#released.get(group);
    const roots = [...(released?.edits.keys() ?? [])];
    const hasToStay = (root: RootKey): boolean =>
      isDue(root, released, now) && (!isLate || isDue(root, released, tried.resources));
    return {
      served: isLeftToOdd ? [] : roots.filter(hasToStay),
      ...(!isLate && this.#options.isSourceRead() && { rights: rightsIn(now) }),
    };
  }

  #check(configuration: ServedConfiguration, { served, rights }: Terms): void {
    for (const root of served) {
      if (!configuration.edits.has(root)) this.#report(`${root} was served and is not any more`);
    }
    if (rights) this.#checkRights(configuration, rights);
  }

  #checkRights({ keys, targets, routes }: ServedConfiguration, rights: Rights): void {
    for (const key of keys)
      if (!rights.keys.has(key)) this.#report(`the key ${key} was taken away and is back`);
    for (const [service, target] of targets) {
      const now = rights.targets.get(service);
      if (now !== undefined && now !== target)
        this.#report(`${service} leads to ${target}, where it has no endpoint any more`);
    }
    for (const { root, protection } of routes.values()) {
      if (protection === 'quota' && !rights.isGranted)
        this.#report(`${root} has a plugin that it may not ask for any more`);
    }
  }

  #checkProtection({ root, protection, plugins }: ServedRoute): void {
    const type = PLUGIN_TYPES[protection];
    if (type !== undefined && !plugins.includes(type)) this.#report(`${root} is served without its plugin`);
  }
}

function copyOf({ ingresses, services, secrets, consumer, contenders, isGranted }: FleetCluster): Resources {
  return {
    ingresses: new Map(ingresses),
    services: new Map(services),
    secrets: new Map(secrets),
    contenders: new Set(contenders),
    consumer,
    isGranted,
  };
}

function rightsIn({ secrets, consumer, services, isGranted }: Resources): Rights {
  const keys = consumer.keys.flatMap((index) => {
    const [root, version] = [secretRoot(index), secrets.get(secretRoot(index))];
    return version ? [keyOf(root, version)] : [];
  });
  return {
    keys: new Set(keys),
    targets: new Map([...services].map(([root, { target }]) => [root.split('/').at(-1) ?? '', target])),
    isGranted,
  };
}

/**
 * Whether a root that was served has to be served further, as far as can be told from these resources. A Service has to be
 * where a route leads to it, without which there is no route.
 */
function isDue(
  root: RootKey,
  released: ServedConfiguration | undefined,
  { ingresses, isGranted, contenders }: Resources,
): boolean {
  if (root === CONSUMER) return true;
  const newest = ingresses.get(root);
  const route = released?.routes.get(root);
  if (newest === undefined || route === undefined) return false;
  if ([newest.protection, route.protection].includes('quota') && !isGranted) return false;
  const isContested = newest.isContested || route.path === '/contested';
  return !(isContested && [...contenders].some((other) => other !== root));
}
