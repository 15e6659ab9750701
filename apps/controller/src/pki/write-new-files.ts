import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SilverbackError } from '@silverback/errors';

/**
 * Writes files that only their owner can read into a directory, which is made if it is not there. Overwrites nothing:
 * if one of the files is there, none is written.
 *
 * @param files - contents by name
 * @returns the paths
 * @throws SilverbackError `PkiFileExists`, `PkiFileUnwritable`
 */
export async function writeNewFiles(
  directory: string,
  files: Readonly<Record<string, string>>,
): Promise<string[]> {
  const entries = Object.entries(files).map(([name, content]) => [join(directory, name), content] as const);
  for (const [path] of entries) if (await exists(path)) throw existing(path);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(directory, cause);
  }
  for (const [path, content] of entries) {
    try {
      await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      throw codeOf(cause) === 'EEXIST' ? existing(path) : unwritable(path, cause);
    }
  }
  return entries.map(([path]) => path);
}

/** A link that leads nowhere is there too. */
async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function existing(path: string): SilverbackError {
  return new SilverbackError('PkiFileExists', { message: 'the file is there already', where: path });
}

function unwritable(path: string, cause: unknown): SilverbackError {
  const message = `it cannot be written (${codeOf(cause)})`;
  return new SilverbackError('PkiFileUnwritable', { message, where: path, cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
