import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

import { projectResources } from '@silverback/cluster-state';

import { isAbsence, reasonOf } from './directory-scan.ts';
import type { LocatedProjection, Reading } from './manifest-file.ts';
import { parseDocuments } from './yaml-documents.ts';

const MAXIMUM_BYTES = 32 * 1024 * 1024;
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one manifest file. All that can go wrong with it is in the result.
 *
 * @param path - where it is
 * @param name - its path as people should see it
 */
export async function readManifest(path: string, name: string): Promise<Reading> {
  let bytes: Buffer | undefined;
  try {
    bytes = await readBounded(path);
  } catch (error) {
    return isAbsence(error) ? { type: 'vanished' } : { type: 'unreadable', reason: reasonOf(error) };
  }
  if (!bytes) {
    return { type: 'unreadable', reason: `it is larger than ${MAXIMUM_BYTES / 1024 / 1024} MiB` };
  }
  const digest = createHash('sha256').update(bytes).digest('base64');
  const text = decode(bytes);
  if (text === undefined) {
    return { type: 'unparsable', digest, mistake: { line: 1, column: 1, reason: 'the file is not UTF-8' } };
  }
  const parsed = await parseDocuments(text);
  if ('mistake' in parsed) return { type: 'unparsable', digest, mistake: parsed.mistake };
  const objects = parsed.documents.flatMap(({ value, line }): LocatedProjection[] => {
    const location = { file: name, line };
    return projectResources(value, location).map((projection) => ({ projection, location }));
  });
  return { type: 'objects', digest, objects };
}

/** Undefined if the file is too large. */
async function readBounded(path: string): Promise<Buffer | undefined> {
  await using file = await open(path);
  const { size } = await file.stat();
  return size > MAXIMUM_BYTES ? undefined : await file.readFile();
}

function decode(bytes: Buffer): string | undefined {
  try {
    return UTF_8.decode(bytes);
  } catch {
    // A TypeError is how TextDecoder says that the bytes are not UTF-8; the caller reports it.
    return undefined;
  }
}
