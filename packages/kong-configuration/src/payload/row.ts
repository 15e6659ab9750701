import type { RootKey } from '../fragment.ts';

/** One entry of a collection of a configuration, with all that is nested in it. */
export interface Row {
  /** What the collection is sorted by. */
  readonly key: string;
  readonly text: string;
  readonly contents: RowContents;
}

/** What stands in a row. */
export interface RowContents {
  /** How many entities, nested ones too. */
  readonly entities: number;
  /** How many of them are routes. */
  readonly routes: number;
  readonly ids: readonly string[];
  /** For each ID the root that it comes from; the last one goes for all further IDs. */
  readonly roots: readonly RootKey[];
}
