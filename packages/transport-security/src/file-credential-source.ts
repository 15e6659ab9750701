import { readFile } from 'node:fs/promises';
import { SilverbackError } from '@silverback/errors';
import type { Credentials, CredentialSource } from './contract.ts';
import { parseToken } from './token.ts';

/** Paths of the files; those of an optional credential are left out where it is not used. */
export interface CredentialFiles {
  readonly caFile: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly tokenFile?: string;
}

/** Credentials in files, as a mounted Secret gives them. */
export class FileCredentialSource implements CredentialSource {
  readonly description: string;
  readonly #files: CredentialFiles;

  constructor(files: CredentialFiles) {
    this.#files = files;
    this.description = Object.entries({
      CA: files.caFile,
      certificate: files.certFile,
      key: files.keyFile,
      token: files.tokenFile,
    })
      .flatMap(([role, path]) => (path === undefined ? [] : [`${role} ${path}`]))
      .join(', ');
  }

  /** @throws SilverbackError `CredentialUnreadable` with the path of the file, `TokenMalformed` for an unusable token */
  async read(): Promise<Credentials> {
    const { caFile, certFile, keyFile, tokenFile } = this.#files;
    return {
      ca: await readText(caFile),
      ...(certFile === undefined ? {} : { certificate: await readText(certFile) }),
      ...(keyFile === undefined ? {} : { key: await readText(keyFile) }),
      ...(tokenFile === undefined ? {} : { token: parseToken(await readText(tokenFile), tokenFile) }),
    };
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
