import { keyOf, type ResourceKey, type ResourceRecord } from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';

import type { ManifestFile } from './manifest-file.ts';
import { duplicateObject } from './problems.ts';

/** All that a directory of manifests says at one moment. */
export interface ManifestSnapshot {
  /** In the order of their keys, each key once, each with its location. */
  readonly resources: readonly ResourceRecord[];
  /**
   * Problems with files, and with objects that can't be used at all. What is invalid within a record stands in its
   * `invalidFields`; package translation turns that into problems.
   */
  readonly problems: readonly Problem[];
  /** False while a file, or an object in one, has never been read in a good form: objects may be missing that exist. */
  readonly isComplete: boolean;
}

/**
 * Brings files together. Of two definitions of an object the first counts, in the order of paths (by code units)
 * and then of lines, so that the result does not depend on which came first.
 *
 * @param files - by relative path
 * @param directoryProblems - what is wrong beside the files
 */
export function mergeFiles(
  files: ReadonlyMap<string, ManifestFile>,
  directoryProblems: readonly Problem[],
): ManifestSnapshot {
  const winners = new Map<ResourceKey, { record: ResourceRecord; file: ManifestFile }>();
  const problems = [...directoryProblems];
  for (const [, file] of [...files].sort(byPath)) {
    problems.push(...file.problems);
    for (const record of file.records) {
      const key = keyOf(record);
      const winner = winners.get(key);
      if (!winner) winners.set(key, { record, file });
      // An object that is on its way from one file to another stands in both for a moment.
      else if (!winner.file.suspect && !file.suspect) problems.push(duplicateObject(record, winner.record));
    }
  }
  const resources = [...winners].sort(byPath).map(([, { record }]) => record);
  return { resources, problems, isComplete: ![...files.values()].some((file) => file.isLacking) };
}

function byPath([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
