import fc from 'fast-check';
import { canonicalJson, MAX_DEPTH } from './canonical-json.ts';

/** `-0` and `0` are one value in a configuration. */
const plainNumber = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) => (Object.is(part, -0) ? 0 : part));

const isPortable = (value: unknown): boolean =>
  typeof value === 'number'
    ? !Number.isInteger(value) || Math.abs(value) <= 2 ** 53
    : typeof value !== 'object' || value === null || Object.values(value).every(isPortable);

const jsonValues = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }).filter(isPortable);

/** The same value with the keys of its objects in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, part]) => [key, reversed(part)]),
  );
}

/** Arrays, one in the other, this many levels deep. */
function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

describe('canonical JSON', () => {
  test('reading it gives the value again', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(plainNumber(value));
      }),
    );
  });

  test('the order of keys never matters', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  test('whatever stands in strings and keys, the text is well-formed UTF-8, and canonical itself', () => {
    const anyText = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(fc.dictionary(anyText, fc.array(anyText)), (value) => {
        const text = canonicalJson(value);
        expect(Buffer.from(text).toString()).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  test('keys are sorted by code unit, not by locale', () => {
    expect(canonicalJson({ b: 1, a: 2, B: 3, é: 4, '\u{1f98d}': 5, '\uffff': 6 })).toBe(
      '{"B":3,"a":2,"b":1,"é":4,"\u{1f98d}":5,"\uffff":6}',
    );
  });

  test('a lone surrogate becomes the replacement character, in a key too, and never makes a key twice', () => {
    expect(canonicalJson('a\ud800')).toBe('"a\ufffd"');
    expect(canonicalJson({ '\ud800': 1, '\udfff': 2, '\ue000': 3 })).toBe('{"\ue000":3,"\ufffd":2}');
  });

  test('properties that are undefined are left out, other undefined values are refused', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => canonicalJson([undefined])).toThrow('undefined is not a JSON value');
  });

  test('keys that name parts of prototypes are plain data', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"toString":2}');
    expect(canonicalJson(value)).toBe('{"__proto__":{"polluted":true},"constructor":1,"toString":2}');
    expect(canonicalJson(JSON.parse('{"__proto__":1,"\\ud800":2}'))).toBe('{"__proto__":1,"\ufffd":2}');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer beyond 2^53', 2 ** 54],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', Buffer.from('x')],
  ])('%s is refused with a code', (_, value) => {
    expect(() => canonicalJson({ a: [value] })).toThrow(
      expect.objectContaining({ code: 'ValueNotEncodable' }) as Error,
    );
  });

  test(`nesting is bounded at ${MAX_DEPTH} levels, so that a circle ends too`, () => {
    expect(canonicalJson(nested(MAX_DEPTH))).toBe('['.repeat(MAX_DEPTH) + '1' + ']'.repeat(MAX_DEPTH));
    expect(() => canonicalJson(nested(MAX_DEPTH + 1))).toThrow('nested deeper than 64 levels');
    const circle: unknown[] = [];
    circle.push(circle);
    expect(() => canonicalJson(circle)).toThrow('nested deeper than 64 levels');
  });
});
