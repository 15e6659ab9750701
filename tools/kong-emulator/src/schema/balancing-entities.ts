import type { Json, JsonRecord } from '../json.ts';
import { isHostname, sni, target, upstreamName } from './checks.ts';
import { isAtLeast, type NodeKind } from './node-kind.ts';
import {
  arrayOf,
  boolean,
  commonFields,
  type EntitySchema,
  foreign,
  header,
  integer,
  oneOf,
  required,
  string,
  updatedAt,
} from './entity.ts';
import { addEntityError, type ErrorTree, type Field, type Fields, type RecordField } from './field.ts';

const HASH_ON = ['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture'];
const ALGORITHMS = ['consistent-hashing', 'least-connections', 'round-robin', 'latency'];
const statuses = (value: number[]): Field => ({ kind: 'array', elements: integer(100, 999), default: value });
const count = integer(0, 255, 0);
const seconds: Field = { kind: 'number', between: [0, 65535], default: 0 };
const checkType = oneOf(['tcp', 'http', 'https', 'grpc', 'grpcs'], 'http');

function record(fields: Fields): RecordField {
  return { kind: 'record', required: true, default: {}, fields };
}

const healthchecks = record({
  active: record({
    type: checkType,
    timeout: { ...seconds, default: 1 },
    concurrency: integer(1, 2 ** 31, 10),
    http_path: string(undefined, { default: '/' }),
    https_sni: string(sni),
    https_verify_certificate: boolean(true),
    headers: { kind: 'map', values: arrayOf(string()) },
    healthy: record({ interval: seconds, http_statuses: statuses([200, 302]), successes: count }),
    unhealthy: record({
      interval: seconds,
      http_statuses: statuses([429, 404, 500, 501, 502, 503, 504, 505]),
      tcp_failures: count,
      timeouts: count,
      http_failures: count,
    }),
  }),
  passive: record({
    type: checkType,
    healthy: record({
      http_statuses: statuses([
        200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308,
      ]),
      successes: count,
    }),
    unhealthy: record({
      http_statuses: statuses([429, 500, 503]),
      tcp_failures: count,
      timeouts: count,
      http_failures: count,
    }),
  }),
  threshold: { kind: 'number', between: [0, 100], default: 0 },
});

const upstreams: EntitySchema = {
  name: 'upstreams',
  singular: 'upstream',
  key: 'name',
  unique: ['name'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    name: required(string(upstreamName)),
    algorithm: oneOf(ALGORITHMS, 'round-robin'),
    hash_on: oneOf(HASH_ON, 'none'),
    hash_fallback: oneOf(HASH_ON, 'none'),
    hash_on_header: header,
    hash_fallback_header: header,
    hash_on_cookie: string(),
    hash_on_cookie_path: string(undefined, { default: '/' }),
    hash_on_query_arg: string(),
    hash_fallback_query_arg: string(),
    hash_on_uri_capture: string(),
    hash_fallback_uri_capture: string(),
    slots: integer(10, 65536, 10000),
    healthchecks,
    host_header: string((value) =>
      isHostname(value.replace(/:\d+$/, '')) ? undefined : `invalid value: ${value}`,
    ),
    client_certificate: foreign('certificates'),
    use_srv_name: boolean(false),
  },
  check: checkUpstream,
};

const PARAMETER: Readonly<Record<string, string>> = {
  header: 'header',
  cookie: 'cookie',
  query_arg: 'query_arg',
  uri_capture: 'uri_capture',
};

/** Upstreams; session stickiness came with 3.11. */
export function upstreamsFor(kind: NodeKind): EntitySchema {
  if (!isAtLeast(kind, '3.11')) return upstreams;
  return {
    ...upstreams,
    fields: {
      ...upstreams.fields,
      algorithm: oneOf([...ALGORITHMS, 'sticky-sessions'], 'round-robin'),
      sticky_sessions_cookie: string(),
      sticky_sessions_cookie_path: string(undefined, { default: '/' }),
    },
    check: (upstream, errors) => {
      checkUpstream(upstream, errors);
      if (upstream['algorithm'] !== 'sticky-sessions' || isText(upstream['sticky_sessions_cookie'])) return;
      errors['sticky_sessions_cookie'] = 'required field missing';
      addEntityError(errors, "failed conditional validation given value of field 'algorithm'");
    },
  };
}

/** Values of which the fallback mustn't be the same as the first. */
const ONCE = ['consumer', 'ip', 'path'];
const PARAMETERS = ['header', 'query_arg', 'uri_capture'];

function checkUpstream(upstream: JsonRecord, errors: ErrorTree): void {
  const on = text(upstream['hash_on']);
  const fallback = text(upstream['hash_fallback']);
  demand(upstream, errors, 'hash_on', on);
  demand(upstream, errors, 'hash_fallback', fallback);
  const only =
    on === 'none' || on === 'cookie'
      ? ['none']
      : ONCE.includes(on)
        ? HASH_ON.filter((value) => value !== on)
        : HASH_ON;
  if (!only.includes(fallback) && HASH_ON.includes(fallback)) {
    errors['hash_fallback'] = `expected one of: ${only.join(', ')}`;
    addEntityError(errors, "failed conditional validation given value of field 'hash_on'");
  }
  for (const parameter of PARAMETERS) {
    const names = [`hash_on_${parameter}`, `hash_fallback_${parameter}`] as const;
    const value = upstream[names[0]];
    if (isText(value) && value === upstream[names[1]])
      addEntityError(errors, `values of these fields must be distinct: '${names[0]}', '${names[1]}'`);
  }
}

const isText = (value: Json | undefined) => typeof value === 'string';

function demand(upstream: JsonRecord, errors: ErrorTree, field: string, value: string): void {
  const parameter = PARAMETER[value];
  if (parameter === undefined) return;
  const wanted = parameter === 'cookie' ? 'hash_on_cookie' : `${field}_${parameter}`;
  if (typeof upstream[wanted] === 'string') return;
  errors[wanted] = 'required field missing';
  addEntityError(errors, `failed conditional validation given value of field '${field}'`);
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : 'none');

export const targets: EntitySchema = {
  name: 'targets',
  singular: 'target',
  key: 'target',
  unique: [],
  fields: {
    ...commonFields,
    created_at: { kind: 'timestamp' },
    updated_at: updatedAt,
    target: required(string(target)),
    weight: integer(0, 65535, 100),
    upstream: foreign('upstreams', { required: true, cascade: true }),
  },
  complete: (entity) => {
    const address = entity['target'];
    if (typeof address === 'string' && !/:\d+$/.test(address)) entity['target'] = `${address}:8000`;
  },
};
