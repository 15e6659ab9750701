import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SilverbackError } from '@silverback/errors';
import type { Credentials, CredentialSource } from './contract.ts';
import { parseToken } from './token.ts';

/** Paths of the files; those of a credential that is not used are left out. */
export interface CredentialFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly tokenFile?: string;
  /** Files with the values of further headers, by the header's name. */
  readonly headerFiles?: Readonly<Record<string, string>>;
}

/** Credentials in files, as a mounted Secret gives them. */
export class FileCredentialSource implements CredentialSource {
  readonly description: string;
  readonly #files: CredentialFiles;

  constructor(files: CredentialFiles) {
    this.#files = files;
    this.description = namedFiles(files)
      .map(([role, path]) => `${role} ${path}`)
      .join(', ');
  }

  /** @throws SilverbackError `CredentialUnreadable` with the path of the file, `TokenMalformed` for an unusable token */
  async read(): Promise<Credentials> {
    const { caFile, certFile, keyFile, tokenFile, headerFiles = {} } = this.#files;
    const headers: [string, string][] = [];
    for (const [name, path] of Object.entries(headerFiles))
      headers.push([name, (await readText(path)).trim()]);
    return {
      ...(caFile !== undefined && { ca: await readText(caFile) }),
      ...(certFile !== undefined && { certificate: await readText(certFile) }),
      ...(keyFile !== undefined && { key: await readText(keyFile) }),
      ...(tokenFile !== undefined && { token: parseToken(await readText(tokenFile), tokenFile) }),
      ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    };
  }

  /**
   * Watches the files' directories, not the files: the files of a mounted Secret are links through `..data`, and only
   * that link is replaced. A directory that cannot be watched, or is itself replaced, is left to those who read from
   * time to time.
   */
  watch(onChange: () => void): () => void {
    const directories = new Set(namedFiles(this.#files).map(([, path]) => dirname(path)));
    const watchers = [...directories].flatMap((directory) => watchDirectory(directory, onChange));
    return () => {
      for (const watcher of watchers) watcher.close();
    };
  }
}

/** Every configured file with what it is for. */
function namedFiles(files: CredentialFiles): [role: string, path: string][] {
  const { caFile, certFile, keyFile, tokenFile, headerFiles = {} } = files;
  return [
    ['CA', caFile],
    ['certificate', certFile],
    ['key', keyFile],
    ['token', tokenFile],
    ...Object.entries(headerFiles).map(([name, path]) => [`header ${name}`, path]),
  ].filter((entry): entry is [string, string] => entry[1] !== undefined);
}

function watchDirectory(directory: string, onChange: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, onChange);
    watcher.on('error', () => {
      watcher.close();
      onChange();
    });
    return [watcher];
  } catch {
    // Not there, or no watches left: the next reading says what is wrong, if anything is.
    return [];
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new SilverbackError('CredentialUnreadable', {
      message: `the file cannot be read (${reason})`,
      where: path,
      cause,
    });
  }
}
