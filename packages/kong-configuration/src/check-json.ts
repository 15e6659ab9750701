import { isPortableNumber, isRecord, MAX_DEPTH } from './canonical-json.ts';

/** How deep a value of an entity may be nested: the rest is for the entities around it. */
export const MAX_VALUE_DEPTH = MAX_DEPTH - 16;

/** How many values one value may hold: aliases in YAML make a huge one out of a few lines. */
export const MAX_VALUES = 100_000;

const MAX_ISSUES = 10;

/** Why a value cannot be written into a configuration as it is. */
export interface JsonIssue {
  /** Where in the value, as in `redis.timeouts[2]`; empty for the value itself. */
  readonly path: string;
  /** What is wrong. Names no value, which may be secret. */
  readonly message: string;
}

/**
 * Tells what stands in the way of writing a value into a configuration, so that a bad one becomes a problem of the
 * resource that it comes from and not an error of the whole configuration.
 *
 * @param value - anything, as the `config` of a plugin
 * @returns at most ten issues; none if the value can be written
 */
export function checkJson(value: unknown): readonly JsonIssue[] {
  const check = new JsonCheck();
  check.visit(value, '', 0);
  return check.issues;
}

class JsonCheck {
  readonly issues: JsonIssue[] = [];
  #values = 0;

  visit(value: unknown, path: string, depth: number): void {
    if (this.issues.length >= MAX_ISSUES || this.#values > MAX_VALUES) return;
    if (++this.#values > MAX_VALUES) this.#report(path, `more than ${MAX_VALUES} values in all`);
    else if (typeof value === 'string') this.#visitText(value, path);
    else if (typeof value === 'number') this.#visitNumber(value, path);
    else if (typeof value === 'object' && value !== null) this.#visitNested(value, path, depth + 1);
    else if (typeof value !== 'boolean' && value !== null) this.#report(path, 'is not a JSON value');
  }

  #visitText(text: string, path: string): void {
    if (!text.isWellFormed()) this.#report(path, 'holds a lone surrogate, which is no character');
  }

  #visitNumber(value: number, path: string): void {
    if (isPortableNumber(value)) return;
    this.#report(path, Number.isFinite(value) ? 'is an integer beyond 2^53' : 'is not a finite number');
  }

  #visitNested(value: object, path: string, depth: number): void {
    if (depth > MAX_VALUE_DEPTH) {
      this.#report(path, `is nested deeper than ${MAX_VALUE_DEPTH} levels`);
    } else if (Array.isArray(value)) {
      value.forEach((part, index) => {
        this.visit(part, `${path}[${index}]`, depth);
      });
    } else if (isRecord(value)) {
      for (const [key, part] of Object.entries(value)) this.#visitProperty(key, part, path, depth);
    } else {
      this.#report(path, 'is not a JSON value');
    }
  }

  #visitProperty(key: string, value: unknown, path: string, depth: number): void {
    const place = pathOf(path, key);
    if (!key.isWellFormed()) this.#report(place, 'has a lone surrogate in its name, which is no character');
    if (value !== undefined) this.visit(value, place, depth);
  }

  #report(path: string, message: string): void {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path, message });
  }
}

function pathOf(parent: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${parent}[${JSON.stringify(key.toWellFormed())}]`;
  return parent === '' ? key : `${parent}.${key}`;
}
