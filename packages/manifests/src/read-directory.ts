import { SilverbackError } from '@silverback/errors';

import { reasonOf } from './directory-scan.ts';
import { ManifestDirectory } from './manifest-directory.ts';
import type { ManifestSnapshot } from './snapshot.ts';

/**
 * Reads a directory of manifests once.
 *
 * @param path - of the directory
 * @throws SilverbackError ManifestDirectoryUnreadable if it can't be read
 */
export async function readDirectory(path: string): Promise<ManifestSnapshot> {
  const directory = new ManifestDirectory(path);
  await readFirst(directory, path, 0);
  return directory.snapshot();
}

/**
 * Does the first look at a directory.
 *
 * @param now - the time on a monotonic clock, in ms
 * @throws SilverbackError ManifestDirectoryUnreadable if it can't be read
 */
export async function readFirst(directory: ManifestDirectory, path: string, now: number): Promise<void> {
  try {
    await directory.refresh(now);
  } catch (error) {
    throw new SilverbackError('ManifestDirectoryUnreadable', {
      message: `the directory of manifests can not be read: ${reasonOf(error)}`,
      where: path,
      cause: error,
    });
  }
}
