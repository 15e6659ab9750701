import type { Clock } from '@silverback/clock';
import type { JsonObject } from '../json.ts';
import { AGE, NAME } from '../kinds/columns.ts';
import { apiVersionOf, itemTextOf, textOf, type Column, type Kind } from '../kinds/kind.ts';
import { decode, type Stored } from '../store/stored.ts';
import type { View } from './accept.ts';

/** Shows objects in the ways that clients may ask for. */
export class Views {
  readonly #clock: Clock;

  /** @param clock - tells the age of objects in tables */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The JSON of one object. */
  object(kind: Kind, stored: Stored, view: View): string {
    return this.watched(kind, stored, view, true);
  }

  /** The JSON of an object within a list. */
  item(kind: Kind, stored: Stored, view: View): string {
    if (view === 'object') return itemTextOf(kind, stored);
    return JSON.stringify(view === 'metadata' ? partial(stored) : this.#row(kind, stored));
  }

  /** The JSON of an object in a line of a watch; columns are told in the first line of a table only. */
  watched(kind: Kind, stored: Stored, view: View, isFirst: boolean): string {
    if (view === 'object') return textOf(kind, stored);
    if (view === 'metadata') return JSON.stringify(partial(stored));
    const metadata = { resourceVersion: String(stored.revision) };
    return JSON.stringify({ ...tableHead(kind, metadata, isFirst), rows: [this.#row(kind, stored)] });
  }

  #row(kind: Kind, stored: Stored): JsonObject {
    const decoded = decode(stored);
    const content = kind.conversion?.fromStored(decoded) ?? decoded;
    const now = this.#clock.date();
    return {
      cells: columnsOf(kind).map(({ read }) => read(content, now)),
      object: partial(stored),
    };
  }
}

/** What comes before and after the items of a list. */
export function listFrame(kind: Kind, metadata: JsonObject, view: View): readonly [string, string] {
  if (view === 'table')
    return [`${JSON.stringify(tableHead(kind, metadata, true)).slice(0, -1)},"rows":[`, ']}'];
  const type =
    view === 'metadata'
      ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }
      : { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind) };
  return [`${JSON.stringify({ ...type, metadata }).slice(0, -1)},"items":[`, ']}'];
}

function partial(stored: Stored): JsonObject {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: decode(stored).metadata,
  };
}

function tableHead(kind: Kind, metadata: JsonObject, hasColumns: boolean): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: hasColumns ? columnsOf(kind).map(definitionOf) : [],
  };
}

function columnsOf(kind: Kind): readonly Column[] {
  return [NAME, ...(kind.columns.length > 0 ? kind.columns : [AGE])];
}

function definitionOf({ name, type, priority = 0 }: Column): JsonObject {
  return { name, type, format: name === 'Name' ? 'name' : '', description: name, priority };
}
