import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isFacets } from './facets-json.ts';
import { isMissing, removeUnfinished, unreadable, WrongContent, writePrivateFile } from './private-file.ts';
import type { LedgerEntry, LedgerStore } from './stores.ts';

const FORMAT = 2;

interface LedgerFile {
  readonly format: number;
  readonly entries: readonly LedgerEntry[];
}

/** The ledger of a fleet as a file, `ledger.json` in the fleet's folder. */
export class FileLedgerStore implements LedgerStore {
  readonly #path: string;

  /** @param folder - the fleet's own folder; made when something is saved */
  constructor(folder: string) {
    this.#path = join(folder, 'ledger.json');
  }

  async load(): Promise<readonly LedgerEntry[]> {
    await removeUnfinished(dirname(this.#path));
    try {
      return entriesOf(JSON.parse(await readFile(this.#path, 'utf8')));
    } catch (error) {
      if (isMissing(error)) return [];
      throw unreadable(this.#path, error);
    }
  }

  async save(entries: readonly LedgerEntry[]): Promise<void> {
    const file: LedgerFile = { format: FORMAT, entries };
    await writePrivateFile(this.#path, [`${JSON.stringify(file, undefined, 2)}\n`]);
  }
}

function entriesOf(value: unknown): readonly LedgerEntry[] {
  const file = value as Partial<LedgerFile> | null;
  const isKnown = file?.format === FORMAT && Array.isArray(file.entries) && file.entries.every(isEntry);
  if (!isKnown) throw new WrongContent('not a ledger of this version');
  return file.entries;
}

function isEntry(value: unknown): value is LedgerEntry {
  const entry = value as Partial<Record<keyof LedgerEntry, unknown>> | null;
  const isText = (['root', 'fragmentHash', 'reason', 'payloadHash'] as const).every(
    (key) => typeof entry?.[key] === 'string',
  );
  return isText && isFacets(entry?.facets);
}
