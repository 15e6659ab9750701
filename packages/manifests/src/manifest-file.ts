import { isDeepStrictEqual } from 'node:util';

import {
  keyOf,
  resourceKey,
  type Kind,
  type Projection,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { FileLocation, Problem } from '@silverback/errors';

import { invalidObject, unparsableFile, unreadableFile, unsupportedKind } from './problems.ts';
import type { ParseMistake } from './yaml-documents.ts';

/** An object of a file, with the place at which it stands. */
export interface LocatedProjection {
  readonly projection: Projection;
  readonly location: FileLocation;
}

/** What one attempt to read a file gave. Equal digests stand for equal content. */
export type Reading =
  | { readonly type: 'objects'; readonly digest: string; readonly objects: readonly LocatedProjection[] }
  | { readonly type: 'unparsable'; readonly digest: string; readonly mistake: ParseMistake }
  | { readonly type: 'unreadable'; readonly reason: string }
  | { readonly type: 'vanished' };

interface Content {
  readonly records: readonly ResourceRecord[];
  readonly problems: readonly Problem[];
  /** Whether something that the file holds could not be taken, and there is no earlier form of it. */
  readonly isLacking: boolean;
}

/** How far apart two equal readings must be before a loss of objects counts, in ms. */
export const SETTLE_MS = 100;

/**
 * What counts of one manifest file. A file that can't be read or parsed keeps its last good objects. A file that no
 * longer defines an object, be it that it is empty or gone, counts only after two equal readings: it may be in the
 * middle of being written.
 */
export class ManifestFile {
  readonly #name: string;
  #content: Content = { records: [], problems: [], isLacking: false };
  #wasParsed = false;
  #suspect: { readonly digest: string; readonly since: number } | undefined;

  /** @param name - the path as people see it */
  constructor(name: string) {
    this.#name = name;
  }

  get records(): readonly ResourceRecord[] {
    return this.#content.records;
  }

  get problems(): readonly Problem[] {
    return this.#content.problems;
  }

  /** Whether the file may define objects of which no good form has ever been seen. */
  get isLacking(): boolean {
    return this.#content.isLacking;
  }

  /** Whether a reading has been put off until a second one confirms it. */
  get suspect(): boolean {
    return this.#suspect !== undefined;
  }

  /**
   * Takes a reading over, or puts it off.
   *
   * @param now - the time of the reading on a monotonic clock, in ms
   * @returns whether records or problems are different now, or no longer in doubt
   */
  take(reading: Reading, now: number): boolean {
    const next = this.#judge(reading);
    if (this.#mustWait(reading, next, now)) return false;
    const wasSuspect = this.suspect;
    this.#suspect = undefined;
    if (isDeepStrictEqual(this.#content, next)) return wasSuspect;
    this.#content = next;
    if (reading.type === 'objects') this.#wasParsed = true;
    return true;
  }

  #judge(reading: Reading): Content {
    const { records } = this.#content;
    const kept = records.length > 0;
    switch (reading.type) {
      case 'vanished':
        return { records: [], problems: [], isLacking: false };
      case 'unreadable':
        return {
          records,
          problems: [unreadableFile(this.#name, reading.reason, kept)],
          isLacking: !this.#wasParsed,
        };
      case 'unparsable':
        return {
          records,
          problems: [unparsableFile(this.#name, reading.mistake, kept)],
          isLacking: !this.#wasParsed,
        };
      case 'objects':
        return this.#judgeObjects(reading.objects);
    }
  }

  #judgeObjects(objects: readonly LocatedProjection[]): Content {
    const lastGood = new Map(this.#content.records.map((record) => [keyOf(record), record]));
    const records: ResourceRecord[] = [];
    const problems: Problem[] = [];
    let isLacking = false;
    for (const { projection, location } of objects) {
      if ('resource' in projection) {
        records.push(projection.resource);
      } else if ('ignored' in projection) {
        problems.push(unsupportedKind(projection.ignored, location));
      } else {
        const { resource } = projection.failure;
        const kept =
          resource && lastGood.get(resourceKey(resource.kind as Kind, resource.namespace, resource.name));
        if (kept) records.push(kept);
        else isLacking = true;
        problems.push(invalidObject(projection.failure, location, kept !== undefined));
      }
    }
    return { records, problems, isLacking };
  }

  #mustWait(reading: Reading, next: Content, now: number): boolean {
    const held = new Set(next.records.map(keyOf));
    if (this.#content.records.every((record) => held.has(keyOf(record)))) return false;
    const digest = 'digest' in reading ? reading.digest : reading.type;
    if (this.#suspect?.digest !== digest) this.#suspect = { digest, since: now };
    return now - this.#suspect.since < SETTLE_MS;
  }
}
