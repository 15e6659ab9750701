import { CREDENTIAL_COLLECTIONS, serviceId } from '@silverback/kong-configuration';

type Entity = Readonly<Record<string, unknown>>;
type Collections = Record<string, Entity[]>;

/** What Kong takes for fields that are left out. */
const DEFAULTS: Readonly<Record<string, Entity>> = {
  services: { connect_timeout: 60000, read_timeout: 60000, write_timeout: 60000, retries: 5 },
  routes: {
    https_redirect_status_code: 426,
    path_handling: 'v0',
    regex_priority: 0,
    request_buffering: true,
    response_buffering: true,
  },
  upstreams: { algorithm: 'round-robin' },
  targets: { weight: 100 },
  plugins: { enabled: true },
  jwt_secrets: { algorithm: 'HS256' },
};

/** Kong's own controller gives these no ids, nor consumers without a username. */
const WITHOUT_ID = new Set(['upstreams', 'targets', 'snis', 'degraphql_routes', ...CREDENTIAL_COLLECTIONS]);

/** What is nested in what, with the field that names the parent once it stands alone. */
const NESTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  services: { routes: 'service', plugins: 'service' },
  routes: { plugins: 'route' },
  upstreams: { targets: 'upstream' },
  certificates: { snis: 'certificate' },
  consumers: {
    plugins: 'consumer',
    ...Object.fromEntries(CREDENTIAL_COLLECTIONS.map((name) => [name, 'consumer'])),
  },
};

/** The route that keeps the router's memory apart for clear text and TLS: no part of the translation. */
const GUARD = 'silverback.guard';

/** The upstream that makes a proxy ready which has nothing else: no part of the translation. */
const STUB = 'kong';

/**
 * Brings a configuration into a form in which equal meaning is equal text: flat, with Kong's defaults, sorted.
 *
 * @param configuration - in Kong's declarative format, nested or not
 */
export function comparable(configuration: object): Collections {
  const flat: Collections = {};
  const { custom_entities: custom, ...rest } = configuration as { custom_entities?: object };
  for (const [type, entities] of Object.entries({ ...rest, ...custom })) {
    if (Array.isArray(entities)) for (const entity of entities as Entity[]) flatten(type, entity, {}, flat);
  }
  for (const [type, entities] of Object.entries(flat)) {
    flat[type] = entities
      .filter((entity) => type !== 'upstreams' || entity['name'] !== STUB)
      .filter((entity) => type !== 'routes' || entity['name'] !== GUARD)
      .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  }
  return Object.fromEntries(Object.entries(flat).filter(([, entities]) => entities.length > 0));
}

function flatten(type: string, entity: Entity, parent: Entity, into: Collections): void {
  const nested = NESTED[type] ?? {};
  const own: Record<string, unknown> = Object.fromEntries(
    Object.entries({ ...DEFAULTS[type], ...entity, ...parent }).filter(
      ([field]) => !(field in nested) && !(field === 'id' && isWithoutId(type, entity)),
    ),
  );
  // A name and the ID that it leads to mean the same.
  if (type === 'degraphql_routes' && typeof own['service'] === 'string') {
    own['service'] = { id: serviceId(own['service']) };
  }
  (into[type] ??= []).push(own);
  for (const [child, parentField] of Object.entries(nested)) {
    const name = nameOf(type, entity);
    for (const part of (entity[child] ?? []) as Entity[]) flatten(child, part, { [parentField]: name }, into);
  }
}

function isWithoutId(type: string, entity: Entity): boolean {
  return WITHOUT_ID.has(type) || (type === 'consumers' && entity['username'] === undefined);
}

function nameOf(type: string, entity: Entity): unknown {
  if (type === 'certificates') return { id: entity['id'] };
  return type === 'consumers' ? (entity['username'] ?? entity['custom_id']) : entity['name'];
}

function sortKey(entity: Entity): string {
  return JSON.stringify(Object.entries(entity).sort());
}
