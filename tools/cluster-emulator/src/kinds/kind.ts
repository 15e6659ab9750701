import type { Shape } from '../apply/shape.ts';
import type { JsonObject } from '../json.ts';
import type { Content, Stored } from '../store/stored.ts';

/** A column of the tables that people see. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly priority?: number;
  readonly read: (object: JsonObject, now: Date) => string | number | boolean | null;
}

/** A kind in one version, as it is served. */
export interface Kind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  /** Where the objects are kept; all versions of a kind share it. */
  readonly storage: string;
  readonly selectableFields: readonly string[];
  /** Whether it comes of a CustomResourceDefinition: the API server treats those differently here and there. */
  readonly isCustom: boolean;
  /** Status is written at `/status` only. */
  readonly hasStatus: boolean;
  /** `metadata.generation` counts changes of what is desired. */
  readonly hasGeneration: boolean;
  /** A PUT may leave out `metadata.resourceVersion`. */
  readonly allowsUnconditionalUpdate: boolean;
  /** A PUT of an object that isn't there makes it. */
  readonly createsOnUpdate: boolean;
  readonly shape: Shape;
  readonly columns: readonly Column[];
  /** The OpenAPI schema of a custom kind. */
  readonly schema?: JsonObject;
  /** Fills in defaults and refuses what is wrong; gets the object as it will be written. */
  readonly admit?: (object: Content, before: Content | undefined) => Content;
  /** Where a version differs from what is kept: both ways. */
  readonly conversion?: {
    readonly toStored: (object: Content) => Content;
    readonly fromStored: (object: Content) => Content;
  };
}

/** As in `networking.k8s.io/v1`, or `v1`. */
export function apiVersionOf({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The JSON of an object as this kind and version show it. */
export function textOf(kind: Kind, stored: Stored): string {
  return `{"kind":"${kind.kind}","apiVersion":"${apiVersionOf(kind)}",${tailOf(kind, stored)}`;
}

/** The JSON of an object within a list: the API server leaves out what all items of its own kinds share. */
export function itemTextOf(kind: Kind, stored: Stored): string {
  return kind.isCustom ? textOf(kind, stored) : `{${tailOf(kind, stored)}`;
}

function tailOf(kind: Kind, stored: Stored): string {
  if (kind.conversion === undefined) return stored.tail;
  const content = JSON.parse(`{${stored.tail}`) as Content;
  return JSON.stringify(kind.conversion.fromStored(content)).slice(1);
}

/** An object with `kind` and `apiVersion`. */
export function withType(kind: Kind, content: Content): JsonObject {
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), ...content };
}
