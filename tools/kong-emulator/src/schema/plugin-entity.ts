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
import { type ErrorTree, type Fields, unlessEmpty } from './field.ts';
import type { NodeKind } from './node-kind.ts';
import { availablePlugins } from './available-plugins.ts';
import { PLUGIN_SCHEMAS, type PluginSchema } from './plugin-schemas.ts';
import { protocolsOf } from './service-entity.ts';
import { byPosition, validateFields, withDefaults } from './validate.ts';

const SCOPES = ['route', 'service', 'consumer'];
const HTTP = ['grpc', 'grpcs', 'http', 'https'];

/** Plugins; the scope of a consumer group is there in the enterprise edition alone. */
export function pluginsFor(kind: NodeKind): EntitySchema {
  const available = availablePlugins(kind);
  const scopes = kind.edition === 'enterprise' ? [...SCOPES, 'consumer_group'] : SCOPES;
  const foreignFields = scopes.map((scope) => [scope, foreign(`${scope}s`, { cascade: true })]);
  return {
    name: 'plugins',
    singular: 'plugin',
    unique: ['instance_name'],
    cacheKey: ['name', ...scopes],
    fields: {
      ...commonFields,
      updated_at: updatedAt,
      name: required(string()),
      instance_name: entityName,
      enabled: boolean(true),
      protocols: setOf(oneOf(protocolsOf(kind)), HTTP),
      config: { kind: 'any' },
      ordering: { kind: 'any' },
      ...(Object.fromEntries(foreignFields) as Fields),
    },
    check: (entity, errors) => {
      checkPlugin(entity, errors, available);
    },
    complete: completePlugin,
  };
}

function completePlugin(entity: JsonRecord): void {
  const schema = PLUGIN_SCHEMAS[textOf(entity['name'])];
  const given = isRecord(entity['config']) ? entity['config'] : {};
  entity['config'] = schema ? withDefaults(schema.config, given, 0) : given;
}

function checkPlugin(entity: JsonRecord, errors: ErrorTree, available: readonly string[]): void {
  const name = entity['name'];
  if (typeof name !== 'string' || name === '') return;
  if (!available.includes(name)) {
    errors['name'] = `plugin '${name}' not enabled; add it to the 'plugins' configuration property`;
    return;
  }
  const given = entity['config'] ?? {};
  const schema = PLUGIN_SCHEMAS[name];
  if (!isRecord(given)) errors['config'] = 'expected a record';
  else if (schema) checkBySchema(entity, given, errors, schema);
}

function checkBySchema(
  entity: JsonRecord,
  config: JsonRecord,
  errors: ErrorTree,
  schema: PluginSchema,
): void {
  for (const field of schema.forbids ?? []) {
    if (entity[field] !== undefined && entity[field] !== null) errors[field] = 'value must be null';
  }
  if (!schema.takesStreams && errors['protocols'] === undefined) checkProtocols(entity, errors);
  const wrong = unlessEmpty(validateFields(schema.config, config) ?? {}) ?? schema.check?.(config, errors);
  if (wrong !== undefined) errors['config'] = wrong;
}

function checkProtocols(entity: JsonRecord, errors: ErrorTree): void {
  const given = entity['protocols'];
  if (!Array.isArray(given)) return;
  const wrong = byPosition(
    given.map((protocol) =>
      typeof protocol === 'string' && HTTP.includes(protocol)
        ? undefined
        : `expected one of: ${HTTP.join(', ')}`,
    ),
  );
  if (wrong) errors['protocols'] = wrong;
}
