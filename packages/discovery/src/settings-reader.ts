import type { ParsedSettings, SettingsIssue } from './contract.ts';

const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const LONGEST = 24 * MILLISECONDS.h;

/** What is wrong with a value, or undefined. */
export type Check<T> = (value: T) => string | undefined;

/** Reads the settings of one backend, and notes every mistake in them. */
export class SettingsReader {
  readonly issues: SettingsIssue[] = [];
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined;
  }

  reject(path: string, message: string): void {
    this.issues.push({ path, message });
  }

  /** A text; undefined where it is not given or wrong. */
  text(key: string, check: Check<string>): string | undefined {
    const value = this.#values[key];
    if (value === undefined) return undefined;
    const message = typeof value === 'string' ? check(value) : 'must be a text';
    if (message === undefined) return value as string;
    this.reject(key, message);
    return undefined;
  }

  /** A text that has to be there; empty where it is missing or wrong, with its mistake noted. */
  requiredText(key: string, what: string, check: Check<string>): string {
    if (!this.has(key)) this.reject(key, `is required: ${what}`);
    return this.text(key, check) ?? '';
  }

  /** One of several words. */
  choice<W extends string>(key: string, words: readonly W[], fallback: W): W {
    const value = this.#values[key];
    const found = words.find((word) => word === value);
    if (found === undefined && value !== undefined) this.reject(key, `must be one of ${words.join(', ')}`);
    return found ?? fallback;
  }

  /** A list of whatever it holds; empty where none is given or it is no list. */
  anyList(key: string): readonly unknown[] {
    const value = this.#values[key];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.reject(key, 'must be a list; it may be empty');
    return [];
  }

  /** A list of texts or numbers, without those that are wrong; undefined where none is given. */
  list<T extends string | number>(
    key: string,
    type: T extends string ? 'string' : 'number',
    check: Check<T>,
  ): readonly T[] | undefined {
    const value = this.#values[key];
    if (value === undefined) return undefined;
    const what = type === 'string' ? 'a text' : 'a number';
    if (!Array.isArray(value)) {
      this.reject(key, 'must be a list');
      return undefined;
    }
    return value.filter((entry: unknown, index): entry is T => {
      const message = typeof entry === type ? check(entry as T) : `must be ${what}`;
      if (message !== undefined) this.reject(`${key}[${index}]`, message);
      return message === undefined;
    });
  }

  /** A duration such as `5s` in ms. */
  duration(key: string, fallbackMs: number): number {
    const value = this.#values[key];
    if (value === undefined) return fallbackMs;
    const match = typeof value === 'string' ? DURATION.exec(value) : null;
    const ms = Number(match?.[1]) * MILLISECONDS[match?.[2] as keyof typeof MILLISECONDS];
    if (ms >= 1 && ms <= LONGEST) return ms;
    this.reject(key, 'must be a duration with a unit (ms, s, m or h) of at most 24h, such as "10s"');
    return fallbackMs;
  }

  /** A whole number. */
  integer(key: string, fallback: number, minimum: number, maximum: number): number {
    const value = this.#values[key];
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) {
      return value;
    }
    this.reject(key, `must be a whole number from ${minimum} to ${maximum}`);
    return fallback;
  }
}

/**
 * Reads the settings of a backend.
 *
 * @param backend - its name, for messages
 * @param allowed - the keys that it knows
 * @param read - reads what it needs; what it returns counts if no mistake was noted
 */
export function readSettings<S>(
  value: unknown,
  backend: string,
  allowed: readonly string[],
  read: (reader: SettingsReader) => S,
): ParsedSettings<S> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, issues: [{ path: '', message: `must be a mapping with ${allowed.join(', ')}` }] };
  }
  const own = Object.fromEntries(Object.entries(value).filter(([, setting]) => setting !== null));
  const reader = new SettingsReader(own);
  for (const key of Object.keys(value).filter((name) => !allowed.includes(name))) {
    reader.reject(key, `is not a setting of ${backend}; allowed: ${allowed.join(', ')}`);
  }
  const settings = read(reader);
  return reader.issues.length > 0 ? { ok: false, issues: reader.issues } : { ok: true, settings };
}
