import { canonicalJson } from './canonical-json.ts';
import { checkJson, MAX_VALUE_DEPTH, MAX_VALUES } from './check-json.ts';

/** Arrays, one in the other, this many levels deep. */
function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}

describe('the check of a value before it goes into a configuration', () => {
  test('finds nothing in plain data', () => {
    expect(
      checkJson({ a: [1, 'x', true, null, { __proto__: 1 }], b: undefined, c: 1.5, d: -(2 ** 53) }),
    ).toEqual([]);
  });

  test('names the place of each fault', () => {
    const value = {
      limits: { minute: Number.NaN, hour: 2 ** 60 },
      list: ['fine', 'bad\ud800'],
      'two words': [new Date(0)],
      '\udfff': 1,
      call: () => 1,
    };
    expect(checkJson(value)).toEqual([
      { path: 'limits.minute', message: 'is not a finite number' },
      { path: 'limits.hour', message: 'is an integer beyond 2^53' },
      { path: 'list[1]', message: 'holds a lone surrogate, which is no character' },
      { path: '["two words"][0]', message: 'is not a JSON value' },
      { path: '["\ufffd"]', message: 'has a lone surrogate in its name, which is no character' },
      { path: 'call', message: 'is not a JSON value' },
    ]);
  });

  test('bounds the depth so that the value still fits into its entity', () => {
    expect(checkJson(nested(MAX_VALUE_DEPTH))).toEqual([]);
    expect(checkJson(nested(MAX_VALUE_DEPTH + 1))).toEqual([
      expect.objectContaining({ message: 'is nested deeper than 48 levels' }),
    ]);
    const services = [{ routes: [{ plugins: [{ config: nested(MAX_VALUE_DEPTH) }] }] }];
    expect(() => canonicalJson({ services })).not.toThrow();
  });

  test('ends soon for a few lines that stand for billions of values, and for a circle', () => {
    let bomb: unknown = 'x';
    for (let level = 0; level < 12; level++) bomb = Array.from({ length: 10 }, () => bomb);
    expect(checkJson(bomb)).toEqual([
      expect.objectContaining({ message: `more than ${MAX_VALUES} values in all` }),
    ]);
    const circle: unknown[] = [];
    circle.push(circle, circle);
    expect(checkJson(circle)).toHaveLength(10);
  });
});
