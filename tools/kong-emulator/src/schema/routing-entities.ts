import { type Json, type JsonRecord, textOf } from '../json.ts';
import { routeHost, routePath, servicePath, sni, host } from './checks.ts';
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
  required,
  setOf,
  string,
  timeout,
  updatedAt,
} from './entity.ts';
import { addEntityError, type ErrorTree, type Fields } from './field.ts';
import { headerName, uuid } from './checks.ts';

const PROTOCOLS = ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss'];

const isSet = (value: Json | undefined) =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

export const services: EntitySchema = {
  name: 'services',
  singular: 'service',
  key: 'name',
  unique: ['name'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    name: entityName,
    retries: integer(0, 32767, 5),
    protocol: oneOf(PROTOCOLS, 'http'),
    host: required(string(host)),
    port: { ...port, default: 80 },
    path: string(servicePath),
    connect_timeout: timeout(60000),
    write_timeout: timeout(60000),
    read_timeout: timeout(60000),
    client_certificate: foreign('certificates'),
    tls_verify: boolean(),
    tls_verify_depth: integer(0, 64),
    ca_certificates: arrayOf(string(uuid)),
    enabled: boolean(true),
  },
  expand: expandUrl,
  check: checkService,
};

function expandUrl(service: JsonRecord): JsonRecord {
  const { url, ...rest } = service;
  if (typeof url !== 'string' || !URL.canParse(url)) return service;
  const parsed = new URL(url);
  const protocol = parsed.protocol.slice(0, -1);
  return {
    ...rest,
    protocol,
    host: parsed.hostname,
    port: parsed.port === '' ? (protocol === 'https' ? 443 : 80) : Number(parsed.port),
    ...(parsed.pathname !== '/' && { path: parsed.pathname }),
  };
}

function checkService(service: JsonRecord, errors: ErrorTree): void {
  const protocol = textOf(service['protocol']) || 'http';
  const forbidden =
    protocol === 'http'
      ? ['client_certificate', 'tls_verify', 'tls_verify_depth', 'ca_certificates']
      : ['tcp', 'tls', 'udp', 'grpc', 'grpcs', 'tls_passthrough'].includes(protocol)
        ? ['path']
        : [];
  for (const field of forbidden) {
    if (!isSet(service[field])) continue;
    errors[field] = 'value must be null';
    addEntityError(errors, "failed conditional validation given value of field 'protocol'");
  }
}

const routeFields: Fields = {
  ...commonFields,
  updated_at: updatedAt,
  name: entityName,
  protocols: { ...setOf(oneOf(PROTOCOLS), ['http', 'https']), required: true, lengthAtLeast: 1 },
  https_redirect_status_code: { kind: 'integer', default: 426 },
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
  snis: setOf(string(sni)),
  sources: setOf({ kind: 'any' }),
  destinations: setOf({ kind: 'any' }),
  service: foreign('services'),
};

/** Routes of the flavours `traditional` and `traditional_compatible`. */
export const routes: EntitySchema = {
  name: 'routes',
  singular: 'route',
  key: 'name',
  unique: ['name'],
  fields: routeFields,
  check: checkRoute,
};

/** Routes of the flavour `expressions`, which take the classic fields too. */
export const expressionRoutes: EntitySchema = {
  ...routes,
  fields: {
    ...routeFields,
    expression: string(),
    priority: integer(0, 2 ** 46 - 1, 0),
  },
  check: (route, errors) => {
    if (!isSet(route['expression'])) {
      checkRoute(route, errors);
    } else if (['methods', 'hosts', 'paths', 'headers', 'snis'].some((field) => isSet(route[field]))) {
      addEntityError(
        errors,
        "cannot set 'expression' with 'methods', 'hosts', 'paths', 'headers', 'snis', 'sources', or 'destinations' simultaneously",
      );
    }
  },
};

/** By protocol: what a route must match on, first matching row counts. */
const CRITERIA: readonly (readonly [string, readonly string[]])[] = [
  ['https', ['methods', 'hosts', 'headers', 'paths', 'snis']],
  ['http', ['methods', 'hosts', 'headers', 'paths']],
  ['grpcs', ['hosts', 'headers', 'paths', 'snis']],
  ['grpc', ['hosts', 'headers', 'paths']],
  ['tcp', ['sources', 'destinations', 'snis']],
  ['tls', ['sources', 'destinations', 'snis']],
  ['udp', ['sources', 'destinations']],
  ['tls_passthrough', ['snis']],
];

function checkRoute(route: JsonRecord, errors: ErrorTree): void {
  const given = route['protocols'];
  const protocols = Array.isArray(given) && given.length > 0 ? given : ['http', 'https'];
  if (errors['protocols'] === undefined) {
    const row = CRITERIA.find(([protocol]) => protocols.includes(protocol));
    if (row && !row[1].some((field) => isSet(route[field]))) {
      const names = row[1].map((field) => `'${field}'`).join(', ');
      addEntityError(errors, `must set one of ${names} when 'protocols' is '${row[0]}'`);
    }
  }
  if (
    route['strip_path'] === true &&
    protocols.some((protocol) => protocol === 'grpc' || protocol === 'grpcs')
  ) {
    errors['strip_path'] = "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'";
  }
}
