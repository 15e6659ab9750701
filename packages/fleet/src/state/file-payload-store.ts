import { createReadStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createFragment, type Fragment, type RootKey } from '@silverback/kong-configuration';
import { isMissing, unreadable, writePrivateFile } from './private-file.ts';
import type { AcceptedState, PayloadStore } from './stores.ts';

/** How many accepted configurations stay on disk. */
const KEPT = 3;

/**
 * The accepted configurations of a fleet as files: `accepted/<hash>.ndjson`, a fragment on each line, and
 * `accepted/current`, which names the last one. A file that was damaged is noticed, because each fragment's hash is
 * computed anew.
 */
export class FilePayloadStore implements PayloadStore {
  readonly #folder: string;

  /** @param folder - the fleet's own folder; made when something is saved */
  constructor(folder: string) {
    this.#folder = join(folder, 'accepted');
  }

  async load(): Promise<AcceptedState | undefined> {
    const pointer = join(this.#folder, 'current');
    let payloadHash: string;
    try {
      payloadHash = (await readFile(pointer, 'utf8')).trim();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unreadable(pointer, error);
    }
    if (!/^[0-9a-f]{32}$/.test(payloadHash)) throw unreadable(pointer, new SyntaxError('not a hash'));
    return { payloadHash, fragments: await this.#read(payloadHash) };
  }

  async save({ payloadHash, fragments }: AcceptedState): Promise<void> {
    await writePrivateFile(this.#pathOf(payloadHash), lines(fragments));
    const previous = await this.#kept();
    await writePrivateFile(join(this.#folder, 'current'), [`${payloadHash}\n`]);
    const obsolete = previous.filter((hash) => hash !== payloadHash).slice(0, -(KEPT - 1));
    await Promise.all(obsolete.map((hash) => rm(this.#pathOf(hash), { force: true })));
  }

  async #read(payloadHash: string): Promise<Map<RootKey, Fragment>> {
    const path = this.#pathOf(payloadHash);
    const fragments = new Map<RootKey, Fragment>();
    try {
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        const { hash, ...content } = JSON.parse(line) as Fragment;
        const fragment = createFragment(content);
        if (fragment.hash !== hash) throw new SyntaxError('a fragment does not have its hash');
        fragments.set(fragment.root, fragment);
      }
    } catch (error) {
      throw unreadable(path, error);
    }
    return fragments;
  }

  /** Hashes of the files that are there, in the order of their names; only their number is bounded. */
  async #kept(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.filter((name) => name.endsWith('.ndjson')).map((name) => name.slice(0, -'.ndjson'.length));
  }

  #pathOf(payloadHash: string): string {
    return join(this.#folder, `${payloadHash}.ndjson`);
  }
}

function* lines(fragments: ReadonlyMap<RootKey, Fragment>): Generator<string> {
  for (const fragment of fragments.values()) yield `${JSON.stringify({ ...fragment, problems: [] })}\n`;
}
