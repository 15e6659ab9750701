import type { z } from 'zod';
import { fieldPath, type FieldIssue } from './field-issue.ts';
import { DEFINITIONS, type KongKind, type KongResource } from './definitions.ts';
import type { KongPlugin } from './kong-plugin.ts';

/** A resource, or every issue that it has. */
export type ValidationResult<K extends KongKind> =
  | { readonly ok: true; readonly resource: KongResource<K> }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

export type KongPluginResult =
  | { readonly ok: true; readonly plugin: KongPlugin }
  | { readonly ok: false; readonly issues: readonly FieldIssue[] };

/**
 * Validates a resource of one of Kong's kinds. Fields that are null count as left out, as they do for the API server.
 *
 * @param body - the object without `metadata`, `apiVersion`, `kind` and `status`; of bounded depth
 */
export function parseResource<K extends KongKind>(
  kind: K,
  body: Readonly<Record<string, unknown>>,
): ValidationResult<K> {
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
  const result = DEFINITIONS[kind].safeParse(given);
  return result.success
    ? // The definition is the one of the kind.
      { ok: true, resource: result.data as KongResource<K> }
    : { ok: false, issues: result.error.issues.flatMap((issue) => fieldIssues(issue, given)) };
}

/** {@link parseResource} for a KongPlugin. */
export function parseKongPlugin(body: Readonly<Record<string, unknown>>): KongPluginResult {
  const result = parseResource('KongPlugin', body);
  return result.ok ? { ok: true, plugin: result.resource } : result;
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
