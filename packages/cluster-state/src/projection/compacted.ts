/**
 * The same value in less memory. What is put together field by field, with spreads and conditions, takes up to three
 * times the room of what the JSON parser builds, and there are hundreds of thousands of records. Most lists and objects
 * in them are empty: they are the same one.
 *
 * @param value - holds nothing but what JSON can say; nobody may change the result
 */
export function compacted<T extends object>(value: T): T {
  const parsed = JSON.parse(JSON.stringify(value)) as T;
  share(parsed);
  return parsed;
}

const NO_ITEMS: readonly never[] = Object.freeze([]);
const NO_FIELDS: Readonly<Record<string, never>> = Object.freeze({});

function share(value: object): void {
  for (const [key, nested] of Object.entries(value) as [string, unknown][]) {
    if (REPEATED.has(key)) Reflect.set(value, key, sharedWithOthers(nested));
    else if (typeof nested === 'object' && nested !== null) {
      if (Object.keys(nested).length > 0) share(nested);
      else Reflect.set(value, key, Array.isArray(nested) ? NO_ITEMS : NO_FIELDS);
    }
  }
}

/** What is the same in most records: ports, and paths of parts such as `spec.rules[0]`. */
const REPEATED: ReadonlySet<string> = new Set(['field', 'port', 'ports']);
const MAX_SHARED = 1_000;
const MAX_SHARED_LENGTH = 256;
const SHARED = new Map<string, unknown>();

function sharedWithOthers(value: unknown): unknown {
  const text = JSON.stringify(value);
  const known = SHARED.get(text);
  if (known === undefined && text.length <= MAX_SHARED_LENGTH && SHARED.size < MAX_SHARED) {
    SHARED.set(text, value);
  }
  return known ?? value;
}
