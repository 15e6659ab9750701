import fc from 'fast-check';
import { faultOfServicePath, normalPath } from './kong-path.ts';

test.each([
  ['/a%20b', '/a b'],
  ['/a%3ab', '/a%3Ab'],
  ['/a%2fb', '/a%2Fb'],
  ['/%7Euser', '/~user'],
  ['/k%C3%A4se', '/käse'],
  ['/käse', '/käse'],
  ['/a/./b/../c', '/a/c'],
  ['/a//b/', '/a/b/'],
  ['/a/..', '/'],
  ['/..', '/'],
  ['/a/.', '/a/'],
  ['/', '/'],
])('%s is compared as %s', (path, expected) => {
  expect(normalPath(path)).toEqual({ path: expected });
});

test.each([
  ['/50%', 'holds a % that begins no percent-encoding'],
  ['/%C3', 'holds percent-encodings that are not UTF-8'],
  ['/a%00b', 'holds a control character'],
  ['/a\u0001', 'holds a control character'],
  ['/search?q=1', 'holds ? or #, which end a path in a URL'],
])('%j has no normal form', (path, fault) => {
  expect(normalPath(path)).toEqual({ fault });
});

test('the normal form of a normal form is itself', () => {
  const character = fc.constantFrom('a', '/', '.', '%41', '%2f', '%25', 'ä', '%C3%A4', '~', ' ');
  fc.assert(
    fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
      const once = normalPath(`/${characters.join('')}`);
      if ('path' in once) expect(normalPath(once.path)).toEqual(once);
    }),
  );
});

test.each([
  ['/api/v1', undefined],
  ['/a%20b', undefined],
  ['api', 'must begin with / and have no empty segment'],
  ['/a//b', 'must begin with / and have no empty segment'],
  ['/käse', 'holds "ä", which has to be percent-encoded'],
  ['/a b', 'holds " ", which has to be percent-encoded'],
  ['/50%', 'holds a % that begins no percent-encoding'],
])('%j in front of the paths of requests', (path, fault) => {
  expect(faultOfServicePath(path)).toBe(fault);
});
