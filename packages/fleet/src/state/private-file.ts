import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SilverbackError } from '@silverback/errors';

/** How the names of files end that are being written. */
const UNFINISHED = '.unfinished';

/**
 * Writes a file so that it is either there whole or not at all, readable for its owner only (0600, its folder 0700).
 *
 * @param pieces - the text in order; taken one by one, so that a large file is never held as a whole
 * @throws SilverbackError `StateUnwritable`
 */
export async function writePrivateFile(path: string, pieces: Iterable<string>): Promise<void> {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(unfinished, 'wx', 0o600);
    try {
      for (const slice of slices(pieces)) await file.write(slice);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (cause) {
    await rm(unfinished, { force: true });
    throw new SilverbackError('StateUnwritable', {
      message: `the file cannot be written (${reasonOf(cause)})`,
      where: path,
      cause,
    });
  }
}

/** Long enough that writing costs little, and short enough that making one keeps nobody waiting. */
const SLICE_LENGTH = 64 * 1024;

/** The same text in fewer pieces: each write is a way to the disk and back. */
function* slices(pieces: Iterable<string>): Generator<string> {
  let slice = '';
  for (const piece of pieces) {
    slice += piece;
    if (slice.length < SLICE_LENGTH) continue;
    yield slice;
    slice = '';
  }
  if (slice !== '') yield slice;
}

/** Removes what a process that crashed while it wrote has left in a folder: it holds keys, and would be there for ever. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const unfinished = names.filter((name) => name.endsWith(UNFINISHED));
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
}

/** The error for a file of ours that cannot be read or makes no sense. */
export function unreadable(path: string, cause: unknown): SilverbackError {
  return new SilverbackError('StateUnreadable', {
    message: `the file cannot be used (${reasonOf(cause)})`,
    where: path,
    cause,
  });
}

/** Whether a file is simply not there. */
export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

/** What a file says is not what it should say. The message holds nothing of it. */
export class WrongContent extends Error {
  override readonly name = 'WrongContent';
}

/** The words of the parser are not repeated: they cite the file. */
function notJson(error: unknown): string {
  return error instanceof SyntaxError ? 'it is not JSON' : 'unknown reason';
}

function reasonOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof WrongContent ? error.message : notJson(error));
}

/** The code of an error of the operating system, as in `ENOENT`. */
function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}
