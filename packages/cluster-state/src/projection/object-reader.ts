import type { InvalidField } from '../records.ts';

/** Collects what could not be taken of one object. */
export type InvalidFields = InvalidField[];

/** A part of an object that is taken or left out as a whole. */
interface Part {
  valid: boolean;
}

/**
 * Reads the fields of one JSON object whose shape nobody has checked. A field of the wrong form is noted with its
 * path, and makes the part invalid to which the object belongs; nothing is ever thrown. A field that is `null`
 * counts as absent, as in Kubernetes. Only own keys are seen.
 */
export class ObjectReader {
  /** Path of this object, as in `spec.rules[0]`; empty for the whole. */
  readonly field: string;
  readonly #value: object;
  readonly #invalidFields: InvalidFields;
  readonly #part: Part;

  constructor(value: object, field: string, invalidFields: InvalidFields, part: Part = { valid: true }) {
    this.#value = value;
    this.field = field;
    this.#invalidFields = invalidFields;
    this.#part = part;
  }

  /** Whether no field of this part has been found invalid so far. */
  get valid(): boolean {
    return this.#part.valid;
  }

  /** The object itself, for who checks it in another way. */
  get raw(): object {
    return this.#value;
  }

  keys(): string[] {
    return Object.keys(this.#value);
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  value(key: string): unknown {
    const value: unknown = Object.hasOwn(this.#value, key) ? Reflect.get(this.#value, key) : undefined;
    return value ?? undefined;
  }

  /** Notes that a field is invalid; without a key, this object itself is. */
  reject(key: string, message: string): void {
    this.#part.valid = false;
    this.#invalidFields.push({ field: this.pathOf(key), message });
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.isWellFormed()) return value;
    this.reject(key, typeof value === 'string' ? 'must be well-formed Unicode' : 'must be text');
    return undefined;
  }

  /** A text that must be there and not empty. */
  requiredText(key: string): string {
    const text = this.text(key);
    if (text !== undefined && text !== '') return text;
    if (text === '' || this.value(key) === undefined) this.reject(key, 'must be given');
    return '';
  }

  /** A text that a rule of Kubernetes must allow, where one is given. */
  checkedText(key: string, check: (text: string) => string | undefined): string | undefined {
    const text = this.text(key);
    const message = text === undefined || text === '' ? undefined : check(text);
    if (message === undefined) return text;
    this.reject(key, message);
    return undefined;
  }

  /** One of the given words; `fallback` where none is given. */
  choice<W extends string>(key: string, words: readonly W[], fallback: W): W {
    const value = this.value(key);
    const found = words.find((word) => word === value);
    if (found === undefined && value !== undefined) this.reject(key, `must be one of ${words.join(', ')}`);
    return found ?? fallback;
  }

  flag(key: string): boolean | undefined {
    const value = this.value(key);
    if (value === undefined || typeof value === 'boolean') return value;
    this.reject(key, 'must be true or false');
    return undefined;
  }

  /** A TCP or UDP port, where one is given. */
  port(key: string): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && isPort(value)) return value;
    this.reject(key, 'must be a whole number from 1 to 65535');
    return undefined;
  }

  /** An object within this one, of the same part. */
  object(key: string): ObjectReader | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    if (isObject(value)) {
      return new ObjectReader(value, this.pathOf(key), this.#invalidFields, this.#part);
    }
    this.reject(key, 'must be an object');
    return undefined;
  }

  /**
   * Reads an object within this one that is a part of its own.
   *
   * @returns undefined if there is none, or if it is invalid
   */
  part<T>(key: string, read: (entry: ObjectReader) => T): T | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const entry = this.#entry(value, this.pathOf(key));
    const result = entry && read(entry);
    return entry?.valid === true ? result : undefined;
  }

  /**
   * Reads a list whose entries are parts of their own: an invalid entry is left out, the others are taken.
   *
   * @param read - reads one entry; its result counts only if the entry turned out valid
   */
  parts<T>(key: string, read: (entry: ObjectReader) => T): T[] {
    const taken: T[] = [];
    for (const [index, value] of this.#list(key).entries()) {
      const entry = this.#entry(value, `${this.pathOf(key)}[${index}]`);
      if (!entry) continue;
      const result = read(entry);
      if (entry.valid) taken.push(result);
    }
    return taken;
  }

  /** A list of texts, all of this part. */
  texts(key: string, check: (text: string) => string | undefined): string[] {
    const taken: string[] = [];
    for (const [index, value] of this.#list(key).entries()) {
      const message = typeof value === 'string' ? check(value) : 'must be text';
      if (message === undefined) taken.push(value as string);
      else this.reject(`${key}[${index}]`, message);
    }
    return taken;
  }

  pathOf(key: string): string {
    if (key === '') return this.field;
    return this.field === '' ? key : `${this.field}.${key}`;
  }

  #entry(value: unknown, field: string): ObjectReader | undefined {
    if (isObject(value)) return new ObjectReader(value, field, this.#invalidFields);
    this.#invalidFields.push({ field, message: 'must be an object' });
    return undefined;
  }

  #list(key: string): readonly unknown[] {
    const value = this.value(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.reject(key, 'must be a list');
    return [];
  }
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a number can be a TCP or UDP port. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}
