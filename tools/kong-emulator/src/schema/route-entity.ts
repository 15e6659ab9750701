import { isIP } from 'node:net';
import type { Json, JsonRecord } from '../json.ts';
import { headerName, routeHost, routePath, wildcardHost } from './checks.ts';
import {
  arrayOf,
  boolean,
  commonFields,
  entityName,
  type EntitySchema,
  foreign,
  integer,
  oneOf,
  port,
  setOf,
  string,
  updatedAt,
} from './entity.ts';
import { addEntityError, type ErrorTree, type Field, type Fields } from './field.ts';
import { checkByRouter } from './router-validation.ts';
import type { NodeKind } from './node-kind.ts';
import { isSet, protocolsOf } from './service-entity.ts';

const ipOrCidr = string((value) => {
  const [address = '', prefix, ...more] = value.split('/');
  const family = isIP(address);
  const isRight =
    family !== 0 &&
    more.length === 0 &&
    (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128));
  return isRight ? undefined : `invalid ip or cidr range: '${value}'`;
});
const peers: Field = setOf({
  kind: 'record',
  fields: { ip: ipOrCidr, port },
  check: (peer) =>
    isSet(peer['ip']) || isSet(peer['port'])
      ? undefined
      : "at least one of these fields must be non-empty: 'ip', 'port'",
});

const routeFields = (kind: NodeKind): Fields => ({
  ...commonFields,
  updated_at: updatedAt,
  name: entityName,
  protocols: { ...setOf(oneOf(protocolsOf(kind)), ['http', 'https']), required: true, lengthAtLeast: 1 },
  https_redirect_status_code: {
    kind: 'integer',
    default: 426,
    check: (value) =>
      [426, 301, 302, 307, 308].includes(value) ? undefined : 'expected one of: 426, 301, 302, 307, 308',
  },
  strip_path: boolean(true),
  preserve_host: boolean(false),
  request_buffering: boolean(true),
  response_buffering: boolean(true),
  methods: setOf(string((value) => (/^[A-Z]+$/.test(value) ? undefined : `invalid value: ${value}`))),
  hosts: arrayOf(string(routeHost)),
  paths: arrayOf(string(routePath)),
  headers: {
    kind: 'map',
    keyCheck: (key) =>
      key.toLowerCase() === 'host'
        ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
        : headerName(key),
    values: arrayOf(string()),
  },
  regex_priority: { kind: 'integer', default: 0 },
  path_handling: oneOf(['v0', 'v1'], 'v0'),
  snis: setOf(string(wildcardHost)),
  sources: peers,
  destinations: peers,
  service: foreign('services'),
});

/** The routes of a node whose router has this flavour: `expression` and `priority` exist in one of them only. */
export function routesFor(kind: NodeKind): EntitySchema {
  const { flavor } = kind;
  const fields = routeFields(kind);
  const isExpressions = flavor === 'expressions';
  return {
    name: 'routes',
    singular: 'route',
    key: 'name',
    unique: ['name'],
    fields: isExpressions
      ? { ...fields, expression: string(), priority: integer(0, 2 ** 46 - 1, 0) }
      : fields,
    complete: (route) => {
      if (isGrpc(protocolsIn(route)) && route['strip_path'] === true) route['strip_path'] = false;
    },
    check: (route, errors) => {
      checkProtocols(route, errors);
      if (!isExpressions || !isSet(route['expression'])) checkCriteria(route, errors);
      if (flavor !== 'traditional') checkByRouter(route, errors, flavor);
    },
  };
}

const EXCLUSIVE: readonly (readonly string[])[] = [
  ['http', 'https'],
  ['tcp', 'tls', 'udp'],
  ['tls_passthrough'],
  ['grpc', 'grpcs'],
];

function protocolsIn(route: JsonRecord): readonly Json[] {
  const given = route['protocols'];
  return Array.isArray(given) && given.length > 0 ? given : ['http', 'https'];
}

const isGrpc = (protocols: readonly Json[]) => protocols.includes('grpc') || protocols.includes('grpcs');

function checkProtocols(route: JsonRecord, errors: ErrorTree): void {
  const protocols = protocolsIn(route);
  const sets = EXCLUSIVE.filter((set) => set.some((protocol) => protocols.includes(protocol)));
  if (sets.length > 1 && errors['protocols'] === undefined) {
    const shown = sets.map((set) => `(${set.map((protocol) => `'${protocol}'`).join(', ')})`).join(', ');
    errors['protocols'] = `these sets are mutually exclusive: ${shown}`;
  }
  if (route['strip_path'] === true && isGrpc(protocols))
    errors['strip_path'] = "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'";
}

interface ProtocolRule {
  /** Protocols of which the route has one. */
  readonly when: readonly string[];
  /** How the messages about fields that mustn't be there name the protocols. */
  readonly shown: string;
  readonly forbidden: readonly string[];
}

const RULES: readonly ProtocolRule[] = [
  { when: ['http', 'https'], shown: "'http' or 'https'", forbidden: ['sources', 'destinations'] },
  { when: ['grpc', 'grpcs'], shown: "'grpc' or 'grpcs'", forbidden: ['methods', 'sources', 'destinations'] },
  {
    when: ['tcp', 'tls', 'udp', 'tls_passthrough'],
    shown: "'tcp', 'tls', 'tls_passthrough' or 'udp'",
    forbidden: ['methods', 'hosts', 'paths', 'headers'],
  },
];

interface Demand {
  readonly when: readonly string[];
  readonly oneOf: readonly string[];
  readonly shown: string;
}

/** What a route must match on; the first row whose protocol it has counts. */
const DEMANDS: readonly Demand[] = [
  { when: ['https'], oneOf: ['methods', 'hosts', 'headers', 'paths', 'snis'], shown: "'https'" },
  { when: ['http'], oneOf: ['methods', 'hosts', 'headers', 'paths'], shown: "'http'" },
  { when: ['grpcs'], oneOf: ['hosts', 'headers', 'paths', 'snis'], shown: "'grpcs'" },
  { when: ['grpc'], oneOf: ['hosts', 'headers', 'paths'], shown: "'grpc'" },
  { when: ['tcp', 'tls', 'udp'], oneOf: ['sources', 'destinations', 'snis'], shown: "'tcp', 'tls' or 'udp'" },
];
const WITH_SNI = ['grpcs', 'https', 'tls', 'tls_passthrough'];

function checkCriteria(route: JsonRecord, errors: ErrorTree): void {
  if (errors['protocols'] !== undefined) return;
  const protocols = protocolsIn(route);
  const hasOneOf = (names: readonly string[]) => names.some((name) => protocols.includes(name));
  const rule = RULES.find(({ when }) => hasOneOf(when));
  for (const field of rule?.forbidden ?? [])
    if (isSet(route[field])) errors[field] = `cannot set '${field}' when 'protocols' is ${rule?.shown ?? ''}`;
  if (isSet(route['snis']) && !hasOneOf(WITH_SNI)) {
    errors['snis'] = 'length must be 0';
    addEntityError(
      errors,
      "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
    );
  }
  if (protocols.includes('tls_passthrough')) {
    if (!isSet(route['snis'])) addEntityError(errors, "must set snis when 'protocols' is 'tls_passthrough'");
    return;
  }
  const demand = DEMANDS.find(({ when }) => hasOneOf(when));
  if (demand === undefined || demand.oneOf.some((field) => isSet(route[field]))) return;
  const names = demand.oneOf.map((field) => `'${field}'`).join(', ');
  addEntityError(errors, `must set one of ${names} when 'protocols' is ${demand.shown}`);
}
