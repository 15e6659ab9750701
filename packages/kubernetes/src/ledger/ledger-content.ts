import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { LedgerEntry } from '@silverback/fleet';

const zip = promisify(gzip);
const unzip = promisify(gunzip);

const FORMAT = 2;

/** What the API server takes of a Secret is 1 MiB; some is left for what others may write on it. */
export const MAX_LEDGER_BYTES = 900 * 1024;
/** Longest text that is unpacked, so that a Secret that somebody else wrote can't take all memory. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;
/** How long reasons are where all of them at their length are too much. */
const SHORT_REASON = 120;

/** A ledger as it stands in a Secret. */
export interface PackedLedger {
  /** JSON, compressed, in base64. */
  readonly text: string;
  /** The roots whose held forms found no room. */
  readonly formless: readonly string[];
}

/**
 * Makes of entries what stands in a Secret. Where they are too much, the forms in which resources are held are left out, the
 * largest ones first: a controller that has not seen them accepted leaves those resources out. Then reasons are shortened, and
 * then the last entries left out: Kong is asked about those again after a restart.
 */
export async function packLedger(
  entries: readonly LedgerEntry[],
  limit = MAX_LEDGER_BYTES,
): Promise<PackedLedger> {
  let kept: readonly LedgerEntry[] = entries;
  let packed = await zip(textOf(kept));
  const largest = packed.length > limit ? largestForms(entries) : [];
  const formless = new Set<LedgerEntry>();
  for (let count = 1; packed.length > limit && formless.size < largest.length; count *= 2) {
    for (const entry of largest.slice(0, count)) formless.add(entry);
    kept = entries.map((entry) => (formless.has(entry) ? { ...entry, forms: [] } : entry));
    packed = await zip(textOf(kept));
  }
  if (packed.length > limit) {
    kept = kept.map((entry) => ({ ...entry, reason: entry.reason.slice(0, SHORT_REASON) }));
    packed = await zip(textOf(kept));
  }
  while (packed.length > limit && kept.length > 0) {
    kept = kept.slice(0, Math.floor((kept.length * limit * 0.95) / packed.length));
    packed = await zip(textOf(kept));
  }
  return { text: packed.toString('base64'), formless: [...formless].map(({ root }) => root) };
}

/** The entries that have held forms, those with the largest ones first. */
function largestForms(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const sizes = entries.map((entry) => ({ entry, size: JSON.stringify(entry.forms ?? []).length }));
  const withForms = sizes.filter(({ entry: { forms = [] } }) => forms.length > 0);
  return withForms.sort((a, b) => b.size - a.size).map(({ entry }) => entry);
}

/**
 * Reads what {@link packLedger} made.
 *
 * @throws SyntaxError if it is none, or of another version
 */
export async function unpackLedger(text: string): Promise<readonly LedgerEntry[]> {
  const value = parse(await unpacked(text)) as {
    readonly format?: unknown;
    readonly entries?: unknown;
  } | null;
  const isKnown = value?.format === FORMAT && Array.isArray(value.entries) && value.entries.every(isEntry);
  if (!isKnown) throw new SyntaxError('it is not a ledger of this version');
  return value.entries as readonly LedgerEntry[];
}

function textOf(entries: readonly LedgerEntry[]): string {
  return JSON.stringify({ format: FORMAT, entries });
}

async function unpacked(text: string): Promise<string> {
  try {
    return (await unzip(Buffer.from(text, 'base64'), { maxOutputLength: MAX_TEXT_BYTES })).toString('utf8');
  } catch (cause) {
    throw new SyntaxError('it can not be unpacked', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError('it is not JSON', { cause });
  }
}

function isEntry(value: unknown): boolean {
  const entry = value as Partial<Record<keyof LedgerEntry, unknown>> | null;
  const texts = (['root', 'fragmentHash', 'reason', 'payloadHash'] as const).map((key) => entry?.[key]);
  return texts.every((text) => typeof text === 'string') && typeof entry?.facets === 'object';
}
