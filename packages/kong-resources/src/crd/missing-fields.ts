import { DEFINITIONS, type KongKind } from '../definitions.ts';
import { KONG_KINDS } from './kinds.ts';
import type { StructuralSchema } from './schema.ts';
import { statusSchema } from './status-schema.ts';
import { structuralSchema } from './structural-schema.ts';

type Unchecked = Readonly<Record<string, unknown>>;

/**
 * The fields that Silverback reads or writes and that a served definition does not know: an API server drops them from
 * every object.
 *
 * @param definition - a CustomResourceDefinition of the kind, as an API server gives it
 * @returns paths such as `spec.stickySessions`, the outermost only; none where the version that is read is not served
 */
export function missingFields(kind: KongKind, definition: unknown): string[] {
  const { version: wanted, status: form } = KONG_KINDS[kind];
  const versions = at(at(definition, 'spec'), 'versions');
  const version: unknown = Array.isArray(versions)
    ? versions.find((each) => at(each, 'name') === wanted && at(each, 'served') === true)
    : undefined;
  if (version === undefined) return [];
  const served = at(at(version, 'schema'), 'openAPIV3Schema');
  const status = statusSchema(form);
  return [
    ...missingIn(structuralSchema(DEFINITIONS[kind], true), served, ''),
    ...(status ? missingIn({ type: 'object', properties: { status: outermost(status) } }, served, '') : []),
    ...(status && at(at(version, 'subresources'), 'status') === undefined ? ['subresources.status'] : []),
  ];
}

/** Of the status only what controllers write at all: what is in it differs between versions of the same form. */
function outermost({ properties = {} }: StructuralSchema): StructuralSchema {
  const fields = Object.keys(properties).filter((name) => name !== 'konnect');
  return { type: 'object', properties: Object.fromEntries(fields.map((name) => [name, { type: 'object' }])) };
}

function missingIn(wanted: StructuralSchema, served: unknown, path: string): string[] {
  if (keepsAll(served)) return [];
  const { properties = {}, items, additionalProperties } = wanted;
  const known = at(served, 'properties');
  return [
    ...Object.entries(properties).flatMap(([name, field]) => {
      const place = path === '' ? name : `${path}.${name}`;
      const counterpart = at(known, name) ?? at(served, 'additionalProperties');
      return isObject(counterpart) ? missingIn(field, counterpart, place) : [place];
    }),
    ...(items ? missingIn(items, at(served, 'items'), `${path}[]`) : []),
    ...(additionalProperties
      ? missingIn(additionalProperties, at(served, 'additionalProperties'), `${path}.*`)
      : []),
    ...(wanted['x-kubernetes-preserve-unknown-fields'] === true ? [path] : []),
  ];
}

function keepsAll(served: unknown): boolean {
  return (
    at(served, 'x-kubernetes-preserve-unknown-fields') === true || at(served, 'additionalProperties') === true
  );
}

function at(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Unchecked {
  return typeof value === 'object' && value !== null;
}
