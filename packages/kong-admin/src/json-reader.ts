import { decodeJson, type UnknownObject } from './json-value.ts';

/**
 * Goes through a text of JSON member by member and item by item, so that a large one can be read in pieces and most of it
 * passed over. What is passed over is not checked.
 *
 * Every method throws a `SyntaxError` where the text is no JSON.
 */
export class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** How far it has come, in characters. */
  get position(): number {
    return this.#at;
  }

  /** Whether a list, or an object, begins here. */
  isAt(bracket: '[' | '{'): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === bracket;
  }

  /** The keys of the object that begins here, each while its value is next. What is not read of it is passed over. */
  *members(): Generator<string> {
    this.#expect('{');
    if (this.#take('}')) return;
    do {
      this.#skipSpace();
      const start = this.#at;
      this.#skipString();
      const key = this.#text.slice(start + 1, this.#at - 1);
      this.#expect(':');
      yield* this.#next(key);
    } while (this.#take(','));
    this.#expect('}');
  }

  /** The places in the list that begins here, each while its item is next. What is not read of it is passed over. */
  *items(): Generator<undefined> {
    this.#expect('[');
    if (this.#take(']')) return;
    do yield* this.#next(undefined);
    while (this.#take(','));
    this.#expect(']');
  }

  /**
   * The text of the value that begins here.
   *
   * @param longest - in characters; empty for a longer one
   */
  value(longest: number): string {
    this.#skipSpace();
    const start = this.#at;
    this.#skipValue();
    return this.#at - start <= longest ? this.#text.slice(start, this.#at) : '';
  }

  *#next<T>(told: T): Generator<T> {
    this.#skipSpace();
    const before = this.#at;
    yield told;
    if (this.#at === before) this.#skipValue();
  }

  #skipValue(): void {
    let depth = 0;
    do {
      const character = this.#text[this.#at];
      if (character === undefined) throw new SyntaxError('the text ends within a value');
      if (character === '"') {
        this.#skipString();
      } else if (depth === 0 && !/[[{]/.test(character)) {
        this.#skipWord();
      } else {
        if (character === '{' || character === '[') depth += 1;
        else if (character === '}' || character === ']') depth -= 1;
        this.#at += 1;
      }
    } while (depth > 0);
  }

  #skipString(): void {
    let at = this.#at;
    if (this.#text[at] !== '"') throw new SyntaxError('a string is missing');
    for (;;) {
      at = this.#text.indexOf('"', at + 1);
      if (at === -1) throw new SyntaxError('the text ends within a string');
      let slashes = 0;
      while (this.#text[at - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 0) break;
    }
    this.#at = at + 1;
  }

  /** A number, `true`, `false` or `null`. */
  #skipWord(): void {
    const start = this.#at;
    while (/[\w+.-]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
    if (this.#at === start) throw new SyntaxError('a value is missing');
  }

  #skipSpace(): void {
    while (this.#text.charCodeAt(this.#at) <= 32) this.#at += 1;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#take(character)) throw new SyntaxError(`"${character}" is missing`);
  }
}

/**
 * Reads some members of the object that begins here and passes over the others.
 *
 * @param longest - of a value, in characters; a longer one is undefined
 */
export function readMembers(reader: JsonReader, keys: ReadonlySet<string>, longest: number): UnknownObject {
  const found: Record<string, unknown> = {};
  for (const key of reader.members()) if (keys.has(key)) found[key] = decodeJson(reader.value(longest));
  return found;
}
