import { admitBySchema } from '../admission/custom.ts';
import { shapeOfSchema } from '../apply/schema-shape.ts';
import { isList, isObject, objectIn, textIn, type Json, type JsonObject } from '../json.ts';
import { ageOf } from './columns.ts';
import { readPath } from './json-path.ts';
import type { Column, Kind } from './kind.ts';

/** The kinds that a CustomResourceDefinition asks to serve: one for each version that is served. */
export function kindsOf(definition: JsonObject): readonly Kind[] {
  const spec = objectIn(definition, 'spec');
  const names = objectIn(spec, 'names');
  const group = textIn(spec, 'group') ?? '';
  const plural = textIn(names, 'plural') ?? '';
  const kind = textIn(names, 'kind') ?? '';
  return listIn(spec, 'versions')
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group,
      version: textIn(version, 'name') ?? '',
      kind,
      plural,
      singular: textIn(names, 'singular') ?? kind.toLowerCase(),
      shortNames: textsIn(names, 'shortNames'),
      categories: textsIn(names, 'categories'),
      isNamespaced: textIn(spec, 'scope') === 'Namespaced',
      storage: `${plural}.${group}`,
      selectableFields: listIn(version, 'selectableFields').map((field) =>
        (textIn(field, 'jsonPath') ?? '').replace(/^\./, ''),
      ),
      isCustom: true,
      hasStatus: isObject(objectIn(version, 'subresources')['status']),
      hasGeneration: true,
      allowsUnconditionalUpdate: false,
      createsOnUpdate: false,
      ...bySchema({ group, kind }, objectIn(objectIn(version, 'schema'), 'openAPIV3Schema')),
      columns: listIn(version, 'additionalPrinterColumns').map(columnOf),
    }));
}

function bySchema(
  kind: { readonly group: string; readonly kind: string },
  schema: JsonObject,
): Pick<Kind, 'schema' | 'shape' | 'admit'> {
  return { schema, shape: shapeOfSchema(schema), admit: admitBySchema(kind, schema) };
}

function columnOf(column: JsonObject): Column {
  const type = textIn(column, 'type') ?? 'string';
  const path = textIn(column, 'jsonPath') ?? '';
  const priority = column['priority'];
  return {
    name: textIn(column, 'name') ?? '',
    type: type === 'integer' || type === 'number' || type === 'boolean' || type === 'date' ? type : 'string',
    ...(typeof priority === 'number' && { priority }),
    read: (object, now) => {
      const [value] = readPath(object, path);
      return type === 'date' ? ageOf(typeof value === 'string' ? value : undefined, now) : cellOf(value);
    },
  };
}

function cellOf(value: Json | undefined): string | number | boolean | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}

function listIn(object: JsonObject, field: string): readonly JsonObject[] {
  const value = object[field];
  return isList(value) ? value.filter(isObject) : [];
}

function textsIn(object: JsonObject, field: string): readonly string[] {
  const value = object[field];
  return isList(value) ? value.filter((item) => typeof item === 'string') : [];
}
