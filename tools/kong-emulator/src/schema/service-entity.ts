import { type Json, type JsonRecord, textOf } from '../json.ts';
import { host, servicePath, uuid } from './checks.ts';
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
  string,
  timeout,
  updatedAt,
} from './entity.ts';
import { addEntityError, type ErrorTree } from './field.ts';
import type { NodeKind } from './node-kind.ts';

const OPEN = ['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp'];
const ENTERPRISE = [...OPEN, 'ws', 'wss'];

/** The protocols of services, routes and plugins. */
export function protocolsOf({ edition }: NodeKind): readonly string[] {
  return edition === 'enterprise' ? ENTERPRISE : OPEN;
}

/** Whether a field holds something: null and empty lists don't count. */
export function isSet(value: Json | undefined): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** The services of a node of this kind. */
export const servicesFor = (kind: NodeKind): EntitySchema => ({
  name: 'services',
  singular: 'service',
  key: 'name',
  unique: ['name'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    name: entityName,
    retries: integer(0, 32767, 5),
    protocol: oneOf(protocolsOf(kind), 'http'),
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
});

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

const TLS_FIELDS = ['client_certificate', 'tls_verify', 'tls_verify_depth', 'ca_certificates'];
const WITH_TLS = ['https', 'tls'];
const WITHOUT_PATH = ['tcp', 'tls', 'udp', 'grpc', 'grpcs', 'tls_passthrough'];

function checkService(service: JsonRecord, errors: ErrorTree): void {
  const protocol = textOf(service['protocol']) || 'http';
  const forbidden = [
    ...(WITH_TLS.includes(protocol) ? [] : TLS_FIELDS),
    ...(WITHOUT_PATH.includes(protocol) ? ['path'] : []),
  ];
  for (const field of forbidden) {
    if (!isSet(service[field])) continue;
    errors[field] = 'value must be null';
    addEntityError(errors, "failed conditional validation given value of field 'protocol'");
  }
}
