/** How much text aliases may stand for, beyond the length of the document itself, in characters. */
const MAXIMUM_ALIASED_TEXT = 8 * 1024 * 1024;

/**
 * What is wrong with the aliases of a document: a few lines of them can stand for gigabytes, or for themselves.
 *
 * @param value - what the parser made of the document; aliases are shared objects
 * @param length - characters of the document
 */
export function aliasMistake(value: unknown, length: number): string | undefined {
  const size = expandedSize(value, new Map());
  if (Number.isNaN(size)) return 'an alias stands for something that contains it';
  return size > length + MAXIMUM_ALIASED_TEXT ? 'aliases stand for too much text' : undefined;
}

/** Characters, about, that a value has when each alias is written out; NaN if it contains itself. */
function expandedSize(value: unknown, known: Map<object, number>): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, NaN);
  let size = 1;
  for (const [key, entry] of Object.entries(value) as [string, unknown][]) {
    size += (Array.isArray(value) ? 0 : key.length) + expandedSize(entry, known);
  }
  known.set(value, size);
  return size;
}
