import type { z } from 'zod';
import { fieldPath, type FieldIssue } from './field-issue.ts';
import type { StructuralSchema } from './crd/schema.ts';
import { structuralSchema } from './crd/structural-schema.ts';
import { DEFINITIONS, type KongKind, type KongResource } from './definitions.ts';
import type { KongPlugin } from './kong-plugin.ts';
import { tcpRuleSchema, udpRuleSchema } from './stream-ingress.ts';

/** What was read, or every issue that it has. */
export type Parsed<T> =
  | { readonly ok: true; readonly resource: T }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

/** A resource, or every issue that it has. */
export type ValidationResult<K extends KongKind> = Parsed<KongResource<K>>;

export type KongPluginResult =
  | { readonly ok: true; readonly plugin: KongPlugin }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

/**
 * Validates a resource of one of Kong's kinds. Fields that are null count as left out, but for free-form configuration.
 *
 * @param body - the object without `metadata`, `apiVersion`, `kind` and `status`; of bounded depth
 */
export function parseResource<K extends KongKind>(
  kind: K,
  body: Readonly<Record<string, unknown>>,
): ValidationResult<K> {
  return parseAs<KongResource<K>>(DEFINITIONS[kind], schemaOf(kind), body);
}

/** One rule of a TCPIngress or UDPIngress: a mistake in one must not stop the others. */
export interface StreamRuleFields {
  readonly host?: string | undefined;
  readonly port: number;
  readonly backend: { readonly serviceName: string; readonly servicePort: number };
}

/**
 * {@link parseResource} for a single rule of `spec.rules`.
 *
 * @param rule - the entry of the list
 */
export function parseStreamRule(kind: 'TCPIngress' | 'UDPIngress', rule: object): Parsed<StreamRuleFields> {
  const schema = schemaOf(kind).properties?.['spec']?.properties?.['rules']?.items;
  return parseAs<StreamRuleFields>(kind === 'TCPIngress' ? tcpRuleSchema : udpRuleSchema, schema, rule);
}

function parseAs<T>(definition: z.ZodType, schema: StructuralSchema | undefined, value: object): Parsed<T> {
  const given = withoutNulls(value, schema);
  const result = definition.safeParse(given);
  return result.success
    ? // The definition is the one of the type.
      { ok: true, resource: result.data as T }
    : { ok: false, issues: result.error.issues.flatMap((issue) => fieldIssues(issue, given)) };
}

/** {@link parseResource} for a KongPlugin. */
export function parseKongPlugin(body: Readonly<Record<string, unknown>>): KongPluginResult {
  const result = parseResource('KongPlugin', body);
  return result.ok ? { ok: true, plugin: result.resource } : result;
}

const schemas = new Map<KongKind, StructuralSchema>();

function schemaOf(kind: KongKind): StructuralSchema {
  const known = schemas.get(kind) ?? structuralSchema(DEFINITIONS[kind]);
  schemas.set(kind, known);
  return known;
}

/** Kong tells null and a field that is left out apart, so free-form parts stay as they are. */
function withoutNulls(value: unknown, schema: StructuralSchema | undefined): unknown {
  if (typeof value !== 'object' || value === null || schema === undefined) return value;
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutNulls(entry, schema.items));
  const fields = Object.entries(value).filter(([, entry]) => entry !== null);
  return Object.fromEntries(
    fields.map(([name, entry]: [string, unknown]) => [name, withoutNulls(entry, childOf(schema, name))]),
  );
}

function childOf(
  { properties, additionalProperties }: StructuralSchema,
  name: string,
): StructuralSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name)
    ? properties[name]
    : additionalProperties;
}

function fieldIssues(issue: z.core.$ZodIssue, given: unknown): FieldIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldPath([...issue.path, key]),
      message: 'is not a known field',
    }));
  }
  const field = fieldPath(issue.path);
  switch (issue.code) {
    case 'invalid_type':
      return [{ field, message: typeMessage(issue.expected, valueAt(given, issue.path)) }];
    case 'invalid_value':
      return [{ field, message: `must be one of ${issue.values.map(String).join(', ')}` }];
    case 'too_small':
      return [{ field, message: issue.origin === 'string' ? 'must not be empty' : issue.message }];
    case 'invalid_key':
      return [{ field, message: 'is not a name that is allowed here' }];
    case 'invalid_union':
      return [
        {
          field,
          message: 'must hold only JSON values: text, finite numbers, booleans, null, lists, objects',
        },
      ];
    default:
      return [{ field, message: issue.message }];
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  record: 'an object',
  object: 'an object',
  array: 'a list',
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  int: 'an integer',
};

function typeMessage(expected: string, value: unknown): string {
  return value === undefined ? 'is required' : `must be ${TYPE_NAMES[expected] ?? expected}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
