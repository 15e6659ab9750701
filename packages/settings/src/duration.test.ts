import fc from 'fast-check';
import { parseDuration } from './duration.ts';
import { parseListenAddress } from './listen-address.ts';

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['10m', 600_000],
  ['1h30m', 5_400_000],
  ['10', undefined],
  ['10 m', undefined],
  ['m', undefined],
  ['-1s', undefined],
  ['', undefined],
])('the duration %j is %j ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test('the units of a duration add up', () => {
  fc.assert(
    fc.property(fc.nat(23), fc.nat(59), fc.nat(59), (h, m, s) => {
      expect(parseDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1000);
    }),
  );
});

test.each([
  ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
  ['[::]:0', { host: '::', port: 0 }],
  ['localhost:65535', { host: 'localhost', port: 65_535 }],
  ['localhost:65536', undefined],
  ['::1:80', undefined],
  ['8080', undefined],
  [':8080', undefined],
])('the address %j is %j', (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});
