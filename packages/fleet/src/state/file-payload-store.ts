import { createReadStream } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { isSilverbackError, type SilverbackError } from '@silverback/errors';
import type { Facets, Fragment, RootKey } from '@silverback/kong-configuration';
import { isFacets } from './facets-json.ts';
import { isMissing, removeUnfinished, unreadable, WrongContent, writePrivateFile } from './private-file.ts';
import { readFragment, storedFragment } from './stored-fragment.ts';
import type { AcceptedState, PayloadStore } from './stores.ts';

/** Of how many capability groups the last accepted configuration is kept. */
const GROUPS = 8;
/** How many configurations stay on disk that are no group's last one any more. */
const OBSOLETE = 2;

/** Which configuration a group accepted last. */
interface Pointer {
  readonly payloadHash: string;
  readonly facets: Facets;
  /** How many fragments its file has; absent in lists of earlier versions. */
  readonly count?: number;
}

/** A fragment on its line. */
interface Line extends Fragment {
  /** Of a root of which nothing is in the configuration. */
  readonly isAbsent?: true;
}

/**
 * The accepted configurations of a fleet as files: `accepted/<hash>.ndjson`, a fragment on each line, and
 * `accepted/current.json`, which names the last one of each capability group. A file that was damaged is noticed,
 * because each fragment's hash is computed anew, and they are counted. It costs its own group's configuration only.
 */
export class FilePayloadStore implements PayloadStore {
  readonly #folder: string;

  /** @param folder - the fleet's own folder; made when something is saved */
  constructor(folder: string) {
    this.#folder = join(folder, 'accepted');
  }

  async load(onUnreadable: (error: SilverbackError) => void): Promise<readonly AcceptedState[]> {
    await removeUnfinished(this.#folder);
    const states: AcceptedState[] = [];
    for (const pointer of await this.#pointers()) {
      const { payloadHash, facets } = pointer;
      try {
        states.push({ payloadHash, facets, ...(await this.#read(pointer)) });
      } catch (error) {
        if (!isSilverbackError(error)) throw error;
        onUnreadable(error);
      }
    }
    return states;
  }

  async save({ facets, payloadHash, fragments, absent }: AcceptedState): Promise<void> {
    await writePrivateFile(this.#pathOf(payloadHash), lines(fragments, absent));
    // A list that cannot be read was told of when it was loaded, and is replaced by one that can.
    const known = await this.#pointers().catch((): readonly Pointer[] => []);
    const others = known.filter((pointer) => !isDeepStrictEqual(pointer.facets, facets));
    const count = fragments.size + (absent?.size ?? 0);
    const pointers = [{ payloadHash, facets, count }, ...others].slice(0, GROUPS);
    await writePrivateFile(this.#current, [`${JSON.stringify(pointers)}\n`]);
    const used = new Set(pointers.map((pointer) => pointer.payloadHash));
    const obsolete = (await this.#kept()).filter((hash) => !used.has(hash)).slice(0, -OBSOLETE);
    await Promise.all(obsolete.map((hash) => rm(this.#pathOf(hash), { force: true })));
  }

  get #current(): string {
    return join(this.#folder, 'current.json');
  }

  async #pointers(): Promise<readonly Pointer[]> {
    try {
      const value: unknown = JSON.parse(await readFile(this.#current, 'utf8'));
      if (!Array.isArray(value) || !value.every(isPointer)) throw new WrongContent('not a list of hashes');
      return value;
    } catch (error) {
      if (isMissing(error)) return [];
      throw unreadable(this.#current, error);
    }
  }

  async #read({ payloadHash, count }: Pointer): Promise<Pick<AcceptedState, 'fragments' | 'absent'>> {
    const path = this.#pathOf(payloadHash);
    const fragments = new Map<RootKey, Fragment>();
    const absent = new Map<RootKey, Fragment>();
    try {
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
        const { isAbsent, ...stored } = JSON.parse(line) as Line;
        const fragment = readFragment(stored);
        (isAbsent ? absent : fragments).set(fragment.root, fragment);
      }
      if (count !== undefined && count !== fragments.size + absent.size)
        throw new WrongContent('it has not all of its fragments');
    } catch (error) {
      throw unreadable(path, error);
    }
    return { fragments, ...(absent.size > 0 && { absent }) };
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

function isPointer(value: unknown): value is Pointer {
  const pointer = value as Partial<Record<keyof Pointer, unknown>> | null;
  // The hash becomes part of a path.
  return /^[0-9a-f]{32}$/.test(String(pointer?.payloadHash)) && isFacets(pointer?.facets);
}

function* lines(
  fragments: ReadonlyMap<RootKey, Fragment>,
  absent: ReadonlyMap<RootKey, Fragment> = new Map(),
): Generator<string> {
  for (const fragment of fragments.values()) yield lineOf(fragment);
  for (const fragment of absent.values()) yield lineOf(fragment, { isAbsent: true });
}

function lineOf(fragment: Fragment, more: Pick<Line, 'isAbsent'> = {}): string {
  return `${JSON.stringify({ ...storedFragment(fragment), ...more })}\n`;
}
