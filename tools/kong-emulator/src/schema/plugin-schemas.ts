import type { Json, JsonRecord } from '../json.ts';
import { host } from './checks.ts';
import { arrayOf, boolean, header, integer, oneOf, port, required, setOf, string } from './entity.ts';
import { addEntityError, type ErrorTree, type Field, type Fields, type RecordField } from './field.ts';

/** The configuration of one plugin type. */
export interface PluginSchema {
  readonly config: Fields;
  /** Whether it can be there for connections too. */
  readonly takesStreams?: true;
  /** Entities that it can't be attached to. */
  readonly forbids?: readonly string[];
  /** Rules over several fields: returns what is wrong with `config`, or adds to the plugin's own errors. */
  readonly check?: (config: JsonRecord, errors: ErrorTree) => string | undefined;
}

const filled = (value: Json | undefined) => typeof value === 'string' && value !== '';
const atLeastOne = (fields: readonly string[], config: JsonRecord, errors: ErrorTree): void => {
  if (fields.some((field) => config[field] !== undefined && config[field] !== null)) return;
  const names = fields.map((field) => `'config.${field}'`).join(', ');
  addEntityError(errors, `at least one of these fields must be non-empty: ${names}`);
};
const onlyOne = (fields: readonly string[], config: JsonRecord, errors: ErrorTree): void => {
  if (fields.filter((field) => config[field] !== undefined && config[field] !== null).length < 2) return;
  addEntityError(
    errors,
    `only one of these fields must be non-empty: ${fields.map((field) => `'config.${field}'`).join(', ')}`,
  );
};

const PERIODS = ['second', 'minute', 'hour', 'day', 'month', 'year'];
const limit: Field = { kind: 'number', greaterThan: 0 };

const redis: RecordField = {
  kind: 'record',
  required: true,
  default: {},
  fields: {
    host: string(host),
    port: { ...port, default: 6379 },
    timeout: integer(0, 2 ** 31 - 2, 2000),
    username: string(),
    password: string(undefined, { allowEmpty: true }),
    database: { kind: 'integer', default: 0 },
    ssl: boolean(false),
    ssl_verify: boolean(false),
    server_name: string(),
  },
};

const pair: Field = {
  kind: 'string',
  check: (value) => (/^[^:]+:.*$/s.test(value) ? undefined : `invalid value: ${value}`),
};
const list = (elements: Field = string()) => arrayOf(elements, []);
const record = (fields: Fields): RecordField => ({ kind: 'record', required: true, default: {}, fields });
const requestParts = (elements?: Field) =>
  record({ body: list(elements), headers: list(elements), querystring: list(elements) });
const responseParts = (elements: Field, more: Fields = {}) =>
  record({ json: list(elements), headers: list(elements), ...more });
const jsonTypes = { json_types: list(oneOf(['boolean', 'number', 'string'])) };

const HMACS = ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'];
const PHASES = ['certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'];
const FUNCTIONS: Fields = Object.fromEntries(PHASES.map((phase) => [phase, list()]));

/** The plugins whose configuration is validated; that of the other available ones is taken as it is. */
export const PLUGIN_SCHEMAS: Readonly<Record<string, PluginSchema>> = {
  'key-auth': {
    forbids: ['consumer', 'consumer_group'],
    config: {
      key_names: required(arrayOf(header, ['apikey'])),
      hide_credentials: boolean(false),
      anonymous: string(),
      key_in_header: boolean(true),
      key_in_query: boolean(true),
      key_in_body: boolean(false),
      run_on_preflight: boolean(true),
      realm: string(),
    },
  },
  'basic-auth': {
    forbids: ['consumer', 'consumer_group'],
    config: {
      anonymous: string(),
      hide_credentials: boolean(false),
      realm: string(undefined, { default: 'service' }),
    },
  },
  acl: {
    forbids: ['consumer', 'consumer_group'],
    config: {
      allow: arrayOf(string()),
      deny: arrayOf(string()),
      hide_groups_header: boolean(false),
      always_use_authenticated_groups: boolean(false),
      include_consumer_groups: boolean(false),
    },
    check: (config, errors) => {
      onlyOne(['allow', 'deny'], config, errors);
      atLeastOne(['allow', 'deny'], config, errors);
      return undefined;
    },
  },
  'request-termination': {
    config: {
      status_code: integer(100, 599, 503),
      message: string(),
      content_type: string(),
      body: string(),
      echo: boolean(false),
      trigger: header,
    },
    check: (config) => {
      if (filled(config['message']) && (filled(config['content_type']) || filled(config['body'])))
        return 'message cannot be used with content_type or body';
      if (filled(config['content_type']) && !filled(config['body'])) return 'content_type requires a body';
      return config['echo'] === true && filled(config['body'])
        ? 'echo cannot be used with content_type and body'
        : undefined;
    },
  },
  cors: {
    forbids: ['consumer', 'consumer_group'],
    config: {
      origins: arrayOf(string(checkOrigin)),
      headers: arrayOf(string()),
      exposed_headers: arrayOf(string()),
      methods: arrayOf(
        oneOf(['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']),
        ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'],
      ),
      max_age: { kind: 'number' },
      credentials: boolean(false),
      private_network: boolean(false),
      allow_origin_absent: boolean(true),
      preflight_continue: boolean(false),
    },
  },
  'rate-limiting': {
    config: {
      ...Object.fromEntries(PERIODS.map((period) => [period, limit])),
      limit_by: oneOf(
        ['consumer', 'credential', 'ip', 'service', 'header', 'path', 'consumer-group'],
        'consumer',
      ),
      header_name: header,
      path: string(),
      policy: oneOf(['local', 'redis'], 'local'),
      fault_tolerant: boolean(true),
      redis,
      hide_client_headers: boolean(false),
      error_code: { kind: 'number', greaterThan: 0, default: 429 },
      error_message: string(undefined, { default: 'API rate limit exceeded' }),
      sync_rate: { kind: 'number', default: -1 },
    },
    check: checkRateLimits,
  },
  'correlation-id': {
    config: {
      header_name: { ...header, default: 'Kong-Request-ID' },
      generator: oneOf(['uuid', 'uuid#counter', 'tracker'], 'uuid#counter'),
      echo_downstream: boolean(false),
    },
  },
  'ip-restriction': {
    takesStreams: true,
    config: {
      allow: arrayOf(string()),
      deny: arrayOf(string()),
      status: { kind: 'number' },
      message: string(),
    },
    check: (config, errors) => {
      atLeastOne(['allow', 'deny'], config, errors);
      return undefined;
    },
  },
  'request-transformer': {
    config: {
      http_method: string((value) => (/^[A-Z]+$/.test(value) ? undefined : `invalid value: ${value}`)),
      remove: requestParts(),
      rename: requestParts(pair),
      replace: record({ body: list(pair), headers: list(pair), querystring: list(pair), uri: string() }),
      add: requestParts(pair),
      append: requestParts(pair),
    },
  },
  'response-transformer': {
    config: {
      remove: responseParts(string()),
      rename: record({ headers: list(pair), json: list(pair) }),
      replace: responseParts(pair, jsonTypes),
      add: responseParts(pair, jsonTypes),
      append: responseParts(pair, jsonTypes),
    },
  },
  redirect: {
    config: {
      status_code: integer(100, 599, 301),
      location: required(string((value) => (URL.canParse(value) ? undefined : `missing host in url`))),
      keep_incoming_path: boolean(false),
    },
  },
  'pre-function': { forbids: ['consumer', 'consumer_group'], config: FUNCTIONS, check: demandFunction },
  'post-function': { forbids: ['consumer', 'consumer_group'], config: FUNCTIONS, check: demandFunction },
  jwt: {
    forbids: ['consumer', 'consumer_group'],
    config: {
      uri_param_names: setOf(string(), ['jwt']),
      cookie_names: setOf(string(), []),
      key_claim_name: string(undefined, { default: 'iss' }),
      secret_is_base64: boolean(false),
      claims_to_verify: setOf(oneOf(['exp', 'nbf'])),
      anonymous: string(),
      run_on_preflight: boolean(true),
      maximum_expiration: { kind: 'number', between: [0, 31_536_000], default: 0 },
      header_names: setOf(string(), ['authorization']),
      realm: string(),
    },
  },
  'hmac-auth': {
    forbids: ['consumer', 'consumer_group'],
    config: {
      hide_credentials: boolean(false),
      clock_skew: { kind: 'number', greaterThan: 0, default: 300 },
      anonymous: string(),
      validate_request_body: boolean(false),
      enforce_headers: arrayOf(string(), []),
      algorithms: arrayOf(oneOf(HMACS), HMACS),
      realm: string(),
    },
  },
  prometheus: {
    takesStreams: true,
    config: {
      per_consumer: boolean(false),
      status_code_metrics: boolean(false),
      ai_metrics: boolean(false),
      latency_metrics: boolean(false),
      bandwidth_metrics: boolean(false),
      upstream_health_metrics: boolean(false),
      wasm_metrics: boolean(false),
    },
  },
  'request-size-limiting': {
    config: {
      allowed_payload_size: { kind: 'integer', default: 128 },
      size_unit: oneOf(['megabytes', 'kilobytes', 'bytes'], 'megabytes'),
      require_content_length: boolean(false),
    },
  },
  'bot-detection': {
    forbids: ['consumer', 'consumer_group'],
    config: { allow: setOf(string(), []), deny: setOf(string(), []) },
  },
};

function checkOrigin(value: string): string | undefined {
  if (value === '*') return undefined;
  try {
    new RegExp(value);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return `'${value}' is not a valid regex`;
    throw error;
  }
}

function checkRateLimits(config: JsonRecord, errors: ErrorTree): string | undefined {
  atLeastOne(PERIODS, config, errors);
  for (const [position, lower] of PERIODS.entries()) {
    const low = config[lower];
    for (const upper of PERIODS.slice(position + 1)) {
      const high = config[upper];
      if (typeof low === 'number' && typeof high === 'number' && high < low)
        return `The limit for ${upper}(${high.toFixed(1)}) cannot be lower than the limit for ${lower}(${low.toFixed(1)})`;
    }
  }
  if (config['limit_by'] === 'header' && !filled(config['header_name']))
    addEntityError(errors, "failed conditional validation given value of field 'config.limit_by'");
  return undefined;
}

function demandFunction(config: JsonRecord, errors: ErrorTree): undefined {
  if (PHASES.some((phase) => isFilledList(config[phase]))) return;
  atLeastOne(PHASES, {}, errors);
}

const isFilledList = (value: Json | undefined) => Array.isArray(value) && value.length > 0;
