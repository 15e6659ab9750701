import fc from 'fast-check';
import { encodePath, normalisePath } from './path.ts';
import { upstreamPath } from './upstream-path.ts';

test.each([
  ['/a%20b', '/a b'],
  ['/a%3ab', '/a%3Ab'],
  ['/a%2fb', '/a%2Fb'],
  ['/%7Euser', '/~user'],
  ['/%c3%a4', '/ä'],
  ['//x', '/x'],
  ['/a/./b/../c', '/a/c'],
  ['/a/..', '/'],
  ['/../a', '/a'],
  ['/a/', '/a/'],
  ['/a//', '/a/'],
  ['/a.b/.c', '/a.b/.c'],
  ['/', '/'],
])('%s is matched as %s', (path, normal) => {
  expect(normalisePath(path)).toBe(normal);
});

test('a malformed encoding has no normal form', () => {
  expect(normalisePath('/%zz')).toBeUndefined();
});

test.each([
  ['/a b', '/a%20b'],
  ['/a%2Fb', '/a%2Fb'],
  ['/~user', '/~user'],
  ['/ä', '/%C3%A4'],
])('%s goes upstream as %s', (path, encoded) => {
  expect(encodePath(path)).toBe(encoded);
});

test('what goes upstream has the same normal form as what came', () => {
  const segment = fc.string({ unit: 'grapheme', maxLength: 6 }).filter((text) => text.isWellFormed());
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
      const normal = normalisePath(`/${segments.map(encodeURIComponent).join('/')}`) ?? '';
      expect(normalisePath(encodePath(normal))).toBe(normal);
    }),
  );
});

test.each([
  // request, matched, strip, service path, expected
  ['/a/b', '/a', false, '/', '/a/b'],
  ['/', '/', false, '/base', '/base'],
  ['/a', '/a', false, '/base', '/base/a'],
  ['/a', '/a', false, '/base/', '/base/a'],
  ['/a/b', '/a', true, '/', '/b'],
  ['/a', '/a', true, '/', '/'],
  ['/a', '/a', true, '/base', '/base'],
  ['/a', '/a', true, '/base/', '/base'],
  ['/a/', '/a/', true, '/base', '/base/'],
  ['/ab', '/a', true, '/base', '/base/b'],
  ['/a/b', '/a/', true, '/base', '/base/b'],
  ['/a/b', '/a', true, '/base/', '/base/b'],
])('%s matched by %s, strip %s, service path %s: %s', (request, matched, strip, servicePath, expected) => {
  expect(upstreamPath(request, matched, strip, servicePath)).toBe(expected);
});
