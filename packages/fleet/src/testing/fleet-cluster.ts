import {
  consumerId,
  createFragment,
  credentialId,
  routeId,
  serviceId,
  targetId,
  upstreamId,
  type Fragment,
  type FragmentPart,
  type RootKey,
} from '@silverback/kong-configuration';
import { FRAGMENTS_ONLY, type CurrentResources } from '../current-resources.ts';

/**
 * What Kong thinks of a form of a resource: it takes it; refuses it by name; refuses the whole without naming it; does
 * that, but finds fault with the entity when it is asked about it by itself; or refuses it by name on proxies that route
 * by expressions only.
 */
export type Form = 'good' | 'named' | 'unnamed' | 'checked' | 'expressions';

/** The plugin of its own namespace, or of another one, that a route asks for. */
export type Protection = 'none' | 'limit' | 'quota';

export type ServiceName = 'web' | 'api';

/** One version of a resource. */
export interface Version {
  readonly form: Form;
  /** Grows with each edit of anything: tells versions apart. */
  readonly edit: number;
}

export interface IngressVersion extends Version {
  readonly service: ServiceName;
  readonly protection: Protection;
  /** Whether it wants the one path that others may want as well. */
  readonly isContested: boolean;
}

export interface ServiceVersion extends Version {
  /** Its one endpoint. */
  readonly target: string;
}

export interface ConsumerVersion extends Version {
  /** Which of the Secrets it has. */
  readonly keys: readonly number[];
}

const NAMESPACE = 'shop';
const FIRST: Version = { form: 'good', edit: 0 };

export const LIMIT: RootKey = 'KongPlugin/shop/limit';
export const QUOTA: RootKey = 'KongPlugin/team/quota';
export const CONSUMER: RootKey = 'KongConsumer/shop/eve';
export const SERVICES: readonly ServiceName[] = ['web', 'api'];

export const ingressRoot = (index: number): RootKey => `Ingress/shop/i${String(index)}`;
export const serviceRoot = (name: ServiceName): RootKey => `Service/shop/${name}`;
export const secretRoot = (index: number): RootKey => `Secret/shop/key-${String(index)}`;

/** The resources of the model, as they are now. */
export class FleetCluster {
  readonly ingresses = new Map<RootKey, IngressVersion>();
  readonly services = new Map<RootKey, ServiceVersion>(
    SERVICES.map((name) => [serviceRoot(name), { ...FIRST, target: '10.0.0.1:80' }]),
  );
  readonly secrets = new Map<RootKey, Version>([[secretRoot(0), FIRST]]);
  readonly quota: Version = FIRST;
  limit: Version = FIRST;
  consumer: ConsumerVersion = { ...FIRST, keys: [0] };
  /** The Ingresses that want, or have wanted, the one path that several may want. */
  readonly contenders = new Set<RootKey>();
  /** Whether routes may ask for the plugin of the other namespace. */
  isGranted = true;

  /** The newest version of a root; undefined if it is not there. */
  version(root: RootKey): Version | undefined {
    if (root === QUOTA) return this.quota;
    if (root === LIMIT) return this.limit;
    if (root === CONSUMER) return this.consumer;
    return this.ingresses.get(root) ?? this.services.get(root) ?? this.secrets.get(root);
  }

  setIngress(root: RootKey, version: IngressVersion): void {
    this.ingresses.set(root, version);
    if (version.isContested) this.contenders.add(root);
  }

  /** The fleet has read everything: what was deleted contends no more. Before, it may be kept. */
  wasRead(): void {
    for (const root of this.contenders) if (!this.ingresses.has(root)) this.contenders.delete(root);
  }

  /** Whether a route leads to a Service now. */
  isUsed(root: RootKey): boolean {
    return [...this.ingresses.values()].some(({ service }) => serviceRoot(service) === root);
  }

  /**
   * What the translation makes of all resources: a Service that no route leads to yields nothing.
   *
   * @param areIngressesRead - false as long as nothing is known of them
   */
  fragments(areIngressesRead: boolean): readonly Fragment[] {
    const ingresses = areIngressesRead ? [...this.ingresses] : [];
    const used = [...this.services.keys()].filter((root) => areIngressesRead && this.isUsed(root));
    return [
      ...ingresses.map(([root, version]) => fragmentOf(root, [this.#route(root, version)])),
      ...used.flatMap((root) => this.#service(root)),
      ...[...this.secrets].map(([root, version]) => fragmentOf(root, [credentialPart(root, version)])),
      fragmentOf(LIMIT, [pluginPart(LIMIT, 'rate-limiting', this.limit)]),
      fragmentOf(QUOTA, [pluginPart(QUOTA, 'response-ratelimiting', this.quota)]),
      fragmentOf(CONSUMER, [consumerPart(this.consumer)]),
    ];
  }

  /** What held forms may ask for. */
  currentResources(): CurrentResources {
    return {
      ...FRAGMENTS_ONLY,
      isGranted: () => this.isGranted,
      neighboursOf: (forms, current) => this.#neighboursOf(forms, current),
    };
  }

  *#neighboursOf(
    forms: readonly Fragment[],
    current: ReadonlyMap<RootKey, Fragment>,
  ): Generator<undefined, readonly Fragment[], undefined> {
    const parts = forms.flatMap((form) => form.parts);
    const roots = parts.flatMap((part) => (part.type === 'route' ? [`Service/shop/${part.service}`] : []));
    yield undefined;
    return [...new Set(roots)].filter((root) => !current.has(root)).flatMap((root) => this.#service(root));
  }

  #service(root: RootKey): readonly Fragment[] {
    const version = this.services.get(root);
    return version ? [fragmentOf(root, [servicePart(root, version)])] : [];
  }

  #route(root: RootKey, { service, protection, isContested, ...version }: IngressVersion): FragmentPart {
    const name = `${nameOf(root)}.${service}`;
    // What may not be asked for shows as a reference that leads nowhere.
    const quota = this.isGranted ? QUOTA : 'KongPlugin/team:quota';
    const plugins = { none: [], limit: [LIMIT], quota: [quota] }[protection];
    return {
      type: 'route',
      entity: {
        id: routeId(name),
        name,
        hosts: ['shop.test'],
        paths: [isContested ? '/contested' : `/${nameOf(root)}`],
        tags: [...tagsOf(root, version), `protection=${protection}`],
      },
      service,
      plugins: plugins.map((plugin) => ({ plugin, field: 'metadata.annotations' })),
      field: 'spec.rules[0].http.paths[0]',
      isDefaultBackend: false,
    };
  }
}

function fragmentOf(root: RootKey, parts: readonly FragmentPart[]): Fragment {
  const [kind = '', namespace = '', name = ''] = root.split('/');
  return createFragment({
    root,
    resource: { kind, namespace, name },
    precedence: { creationTimestamp: '', namespace, name, uid: '' },
    parts,
    problems: [],
  });
}

function servicePart(root: RootKey, { target, ...version }: ServiceVersion): FragmentPart {
  const name = nameOf(root);
  const tags = tagsOf(root, version);
  return {
    type: 'service',
    entity: { id: serviceId(name), name, host: name, port: 80, protocol: 'http', tags },
    upstream: { id: upstreamId(name), name, targets: [{ id: targetId(name, target), target }] },
    plugins: [],
  };
}

function credentialPart(root: RootKey, version: Version): FragmentPart {
  const secret = `${NAMESPACE}/${nameOf(root)}`;
  const key = keyOf(root, version);
  const entity = { id: credentialId(secret), key, tags: tagsOf(root, version) };
  return { type: 'credential', secret, credentialType: 'key-auth', entity, uniqueValue: key };
}

/** The key that a version of a Secret holds. */
export function keyOf(root: RootKey, { edit }: Version): string {
  return `${nameOf(root)}-${String(edit)}`;
}

function pluginPart(plugin: RootKey, name: string, version: Version): FragmentPart {
  const config = { minute: version.edit };
  return { type: 'plugin', plugin, definition: { name, config, tags: tagsOf(plugin, version) } };
}

function consumerPart({ keys, ...version }: ConsumerVersion): FragmentPart {
  const username = nameOf(CONSUMER);
  return {
    type: 'consumer',
    entity: { id: consumerId({ username }), username, tags: tagsOf(CONSUMER, version) },
    plugins: [],
    credentials: keys.map((key) => ({ root: secretRoot(key), field: 'credentials' })),
    groups: [],
  };
}

/** Says in each entity where it comes from; nobody but the tests reads tags. */
function tagsOf(root: RootKey, { form, edit }: Version): readonly string[] {
  return [`root=${root}`, `form=${form}`, `edit=${String(edit)}`];
}

function nameOf(root: RootKey): string {
  return root.split('/').at(-1) ?? '';
}
