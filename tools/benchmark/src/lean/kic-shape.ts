/** An entity of a declarative configuration. */
type Entity = Readonly<Record<string, unknown>>;

/** A declarative configuration: collections of entities, beside some fields of its own. */
export type Configuration = Readonly<Record<string, unknown>>;

const SERVICE_DEFAULTS = { connect_timeout: 60_000, read_timeout: 60_000, write_timeout: 60_000, retries: 5 };
const ROUTE_DEFAULTS = {
  https_redirect_status_code: 426,
  path_handling: 'v0',
  regex_priority: 0,
  request_buffering: true,
  response_buffering: true,
};

/** The upstream that ends each of our payloads, whatever is in it: no part of the translation. */
const REVISION_MARKER = 'silverback-revision';

/**
 * The configuration that Kong's own controller would have made of the same resources, from ours: defaults written out,
 * an upstream for every service, plugins at the top level that refer to their scopes by name, SNIs that refer to
 * their certificates, no ids for upstreams, targets and SNIs. What that controller fills in from the schema of each
 * plugin is not there, so that ours is compared with less than what it really sends.
 */
export function kicShaped(configuration: Configuration): Configuration {
  const services = collection(configuration, 'services');
  const upstreams = collection(configuration, 'upstreams').filter(({ name }) => name !== REVISION_MARKER);
  const names = new Set(upstreams.map(({ name }) => name));
  const missing = services.filter(({ host }) => !names.has(host));
  const shaped = {
    certificates: collection(configuration, 'certificates').map(certificate),
    consumers: collection(configuration, 'consumers'),
    plugins: [...collection(configuration, 'plugins'), ...pluginsOf(services)],
    services: services.map((service) => serviceShape(service, names)),
    upstreams: [...upstreams.map(upstream), ...missing.map(upstreamOf)],
  };
  const filled = Object.entries(shaped).filter(([, entities]) => entities.length > 0);
  return { _format_version: '3.0', ...Object.fromEntries(filled) };
}

/** How many entities a configuration has, nested ones included. */
export function countEntities(configuration: Configuration): number {
  return countIn(Object.values(configuration));
}

/** An object in an array is an entity, unless it stands in the configuration of a plugin. */
function countIn(values: readonly unknown[]): number {
  return values.flat().reduce<number>((sum, value) => {
    if (typeof value !== 'object' || value === null) return sum;
    const nested = Object.entries(value).filter(([field, held]) => field !== 'config' && Array.isArray(held));
    return sum + 1 + countIn(nested.map(([, held]) => held as unknown));
  }, 0);
}

function collection(holder: Configuration, name: string): readonly Entity[] {
  const entities = holder[name];
  return Array.isArray(entities) ? (entities as Entity[]) : [];
}

function without(entity: Entity, ...fields: readonly string[]): Entity {
  return Object.fromEntries(Object.entries(entity).filter(([field]) => !fields.includes(field)));
}

function certificate(entity: Entity): Entity {
  const snis = collection(entity, 'snis').map((sni) => ({
    ...without(sni, 'id'),
    certificate: { id: entity['id'] },
  }));
  return { ...without(entity, 'snis'), ...(snis.length > 0 && { snis }) };
}

function serviceShape(service: Entity, upstreams: ReadonlySet<unknown>): Entity {
  const routes = collection(service, 'routes').map((route) => ({
    ...ROUTE_DEFAULTS,
    ...without(route, 'plugins'),
  }));
  return {
    ...SERVICE_DEFAULTS,
    ...without(service, 'plugins', 'routes'),
    ...(!upstreams.has(service['host']) && { host: upstreamName(service) }),
    ...(routes.length > 0 && { routes }),
  };
}

function pluginsOf(services: readonly Entity[]): Entity[] {
  return services.flatMap((service) => [
    ...collection(service, 'plugins').map((plugin) => ({ ...plugin, service: service['name'] })),
    ...collection(service, 'routes').flatMap((route) =>
      collection(route, 'plugins').map((plugin) => ({ ...plugin, route: route['name'] })),
    ),
  ]);
}

function upstream(entity: Entity): Entity {
  const targets = collection(entity, 'targets').map((target) => without(target, 'id'));
  return {
    algorithm: 'round-robin',
    ...without(entity, 'id', 'targets'),
    ...(targets.length > 0 && { targets }),
  };
}

/** The upstream of a service that needs none: its one target is the host of the service. */
function upstreamOf(service: Entity): Entity {
  return {
    algorithm: 'round-robin',
    name: upstreamName(service),
    tags: service['tags'],
    targets: [{ target: `${String(service['host'])}:${String(service['port'])}`, tags: service['tags'] }],
  };
}

/** `shop.cart.80` → `cart.shop.80.svc`. */
function upstreamName(service: Entity): string {
  const [namespace = '', name = '', port = ''] = String(service['name']).split('.');
  return `${name}.${namespace}.${port}.svc`;
}
