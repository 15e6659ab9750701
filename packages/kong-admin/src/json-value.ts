/** A decoded JSON object of which nothing is known yet. */
export type UnknownObject = Readonly<Record<string, unknown>>;

/** Decodes JSON; undefined for text that is not JSON. (V8's own message would quote the text, which may hold secrets.) */
export function decodeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): UnknownObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as UnknownObject)
    : undefined;
}

/** An array; empty for anything else, as Kong encodes an empty list as `{}`. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
