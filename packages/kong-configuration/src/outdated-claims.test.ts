import fc from 'fast-check';
import { assemble } from './assembly/assemble.ts';
import type { Fragment } from './fragment.ts';
import { withOutdatedClaims } from './outdated-claims.ts';
import { arbitraryFragments } from './testing/arbitrary-fragments.ts';
import { fragmentOf, routePart, servicePart, vaultPart } from './testing/fragments.ts';

const service = fragmentOf('Service', 's', 0, servicePart('s'));

/** An Ingress with one route for each path; the smaller the age, the older. */
function ingress(name: string, age: number, ...paths: string[]): Fragment {
  const parts = paths.map((path) => routePart(`${name}${path}`, { service: 's', paths: [path] }));
  return fragmentOf('Ingress', name, age, ...parts);
}

function routesOf(...fragments: Fragment[]): string[] {
  const { services } = assemble([service, ...fragments]).configuration;
  return services.flatMap(({ routes = [] }) => routes.map(({ name }) => name));
}

test('a path that the newest form does not ask for any more goes to whoever asks for it now', () => {
  const held = withOutdatedClaims(ingress('held', 0, '/a', '/b'), ingress('held', 0, '/b', '/c'));
  expect(held.outdatedParts).toEqual([0]);
  expect(routesOf(held)).toEqual(['held/a', 'held/b']);
  expect(routesOf(held, ingress('new', 1, '/a', '/b'))).toEqual(['held/b', 'new/a']);
});

test('where nothing is outdated the fragment is the same object', () => {
  const older = ingress('held', 0, '/a');
  expect(withOutdatedClaims(older, ingress('held', 0, '/a', '/b'))).toBe(older);
});

test('claims that the newest form makes again are not outdated any more', () => {
  const older = ingress('held', 0, '/a');
  const held = withOutdatedClaims(older, ingress('held', 0, '/b'));
  expect(withOutdatedClaims(held, ingress('held', 0, '/a', '/c'))).toEqual(older);
  expect(withOutdatedClaims(held, ingress('held', 0, '/c'))).toBe(held);
});

test('names count as well as paths', () => {
  const older = fragmentOf('KongVault', 'old', 0, vaultPart('a'));
  const held = withOutdatedClaims(older, fragmentOf('KongVault', 'old', 0, vaultPart('b')));
  const current = fragmentOf('KongVault', 'new', 1, vaultPart('a'));
  expect(assemble([held, current]).problems).toMatchObject([
    { code: 'VaultPrefixTaken', resource: { name: 'old' } },
  ]);
});

test('parts of every kind can be outdated, and the hash says nothing of it', () => {
  fc.assert(
    fc.property(arbitraryFragments, (fragments) => {
      for (const fragment of fragments) {
        const held = withOutdatedClaims(fragment, fragmentOf('Ingress', 'empty', 0));
        expect(held.outdatedParts ?? []).toHaveLength(fragment.parts.length);
        expect(held.hash).toBe(fragment.hash);
      }
    }),
  );
});
