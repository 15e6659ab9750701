import { isRecord, type JsonRecord, textOf } from '../json.ts';
import {
  boolean,
  commonFields,
  entityName,
  type EntitySchema,
  foreign,
  oneOf,
  required,
  setOf,
  string,
  updatedAt,
} from './entity.ts';
import { unlessEmpty, type ErrorTree } from './field.ts';
import { AVAILABLE_PLUGINS, PLUGIN_SCHEMAS } from './plugin-schemas.ts';
import { validateFields, withDefaults } from './validate.ts';

export const plugins: EntitySchema = {
  name: 'plugins',
  singular: 'plugin',
  unique: [],
  cacheKey: ['name', 'route', 'service', 'consumer'],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    name: required(string()),
    instance_name: entityName,
    enabled: boolean(true),
    protocols: setOf(
      oneOf(['grpc', 'grpcs', 'http', 'https', 'tcp', 'tls', 'tls_passthrough', 'udp', 'ws', 'wss']),
      ['grpc', 'grpcs', 'http', 'https'],
    ),
    config: { kind: 'any' },
    ordering: { kind: 'any' },
    route: foreign('routes', { cascade: true }),
    service: foreign('services', { cascade: true }),
    consumer: foreign('consumers', { cascade: true }),
  },
  check: checkPlugin,
  complete: (entity) => {
    const schema = PLUGIN_SCHEMAS[textOf(entity['name'])];
    const given = isRecord(entity['config']) ? entity['config'] : {};
    entity['config'] = schema ? withDefaults(schema.config, given, 0) : given;
  },
};

function checkPlugin(entity: JsonRecord, errors: ErrorTree): void {
  const name = entity['name'];
  if (typeof name !== 'string' || name === '') return;
  if (!AVAILABLE_PLUGINS.includes(name)) {
    errors['name'] = `plugin '${name}' not enabled; add it to the 'plugins' configuration property`;
    return;
  }
  const schema = PLUGIN_SCHEMAS[name];
  const given = entity['config'] ?? {};
  if (!isRecord(given)) {
    errors['config'] = 'expected a record';
    return;
  }
  if (!schema) return;
  for (const field of schema.forbids ?? []) {
    if (entity[field] !== undefined && entity[field] !== null) errors[field] = 'value must be null';
  }
  const wrong = unlessEmpty(validateFields(schema.config, given) ?? {}) ?? schema.check?.(given, errors);
  if (wrong !== undefined) errors['config'] = wrong;
}
