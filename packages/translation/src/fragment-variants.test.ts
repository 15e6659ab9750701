import { createFragment, DEFAULT_FACTS, type ProxyFacts } from '@silverback/kong-configuration';
import { FragmentVariants } from './fragment-variants.ts';

const OLD: ProxyFacts = { ...DEFAULT_FACTS, version: '3.4.0' };
const NEW: ProxyFacts = { ...DEFAULT_FACTS, version: '3.11.0' };

function fragment(name: string) {
  return createFragment({
    root: `KongPlugin/shop/${name}`,
    resource: { kind: 'KongPlugin', namespace: 'shop', name },
    precedence: { creationTimestamp: '', namespace: 'shop', name, uid: '' },
    parts: [],
    problems: [],
  });
}

test('a variant fits all proxies that give the same answers', () => {
  const variants = new FragmentVariants([
    { answers: { 'version>=3.9': false }, fragment: fragment('a') },
    { answers: { 'version>=3.9': true }, fragment: fragment('b') },
  ]);
  expect(variants.of(OLD)?.fragment).toMatchObject({ resource: { name: 'a' } });
  expect(variants.of(NEW)?.fragment).toMatchObject({ resource: { name: 'b' } });
});

test('a root that asks for nothing has one variant for all', () => {
  const variants = new FragmentVariants([{ answers: {}, fragment: fragment('a') }]);
  expect(variants.of(OLD)).toBe(variants.of(NEW));
});

test('no variant is taken for a fact that it was not made for', () => {
  const variants = new FragmentVariants([{ answers: { router: 'traditional' }, fragment: fragment('a') }]);
  expect(variants.of({ ...NEW, routerFlavor: 'expressions' })).toBeUndefined();
});

test('what came out the same stays the same object', () => {
  const before = new FragmentVariants([{ answers: {}, fragment: fragment('a') }]);
  const after = new FragmentVariants([{ answers: {}, fragment: fragment('a') }]).reusing(before);
  expect(after.of(NEW)?.fragment).toBe(before.of(NEW)?.fragment);
});
