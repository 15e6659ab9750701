import fc from 'fast-check';
import type { KongConfiguration, NestedRoute } from '../entities.ts';
import type { Fragment, FragmentPart } from '../fragment.ts';
import { encodePayload } from '../payload-encoder.ts';
import { arbitraryFragments } from '../testing/arbitrary-fragments.ts';
import { serviceId } from '../ids.ts';
import { fragmentOf, servicePart } from '../testing/fragments.ts';
import { assemble } from './assemble.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

const routesOf = ({ services }: KongConfiguration): NestedRoute[] =>
  services.flatMap((service) => service.routes ?? []);

/** Every entity of each type, by what must be unique among them. */
function entitiesByType(configuration: KongConfiguration): Record<string, Named[]> {
  const { certificates, services, upstreams } = configuration;
  const routes = routesOf(configuration);
  const scopes = [...services, ...routes];
  return {
    certificates: certificates.map(({ id, cert, key }) => ({ id, name: cert + key })),
    snis: certificates.flatMap(({ snis }) => snis ?? []),
    services: [...services],
    routes,
    upstreams: [...upstreams],
    targets: upstreams.flatMap(({ name, targets }) =>
      (targets ?? []).map(({ id, target }) => ({ id, name: `${name} ${target}` })),
    ),
    plugins: scopes.flatMap((scope) =>
      (scope.plugins ?? []).map(({ id, name }) => ({ id, name: `${scope.id} ${name}` })),
    ),
    instances: scopes.flatMap((scope) =>
      (scope.plugins ?? []).flatMap(({ id, instance_name: name }) =>
        name === undefined ? [] : [{ id, name }],
      ),
    ),
  };
}

const expectUnique = (values: readonly string[]): void => {
  expect(values).toEqual([...new Set(values)]);
};

describe('whatever the fragments are', () => {
  test('the order in which they come changes neither the bytes nor the problems', () => {
    const orders = arbitraryFragments.chain((fragments) =>
      fc.tuple(fc.constant(fragments), fc.shuffledSubarray(fragments, { minLength: fragments.length })),
    );
    fc.assert(
      fc.property(orders, ([fragments, shuffled]) => {
        const [one, other] = [assemble(fragments), assemble(shuffled)];
        expect(encodePayload(other).hash).toBe(encodePayload(one).hash);
        expect(other.problems).toEqual(one.problems);
        expect(other.unresolved).toEqual(one.unresolved);
      }),
    );
  });

  test('IDs and names are unique, and each ID has a root', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const { configuration, owners } = assemble(fragments);
        for (const entities of Object.values(entitiesByType(configuration))) {
          expectUnique(entities.map(({ id }) => id));
          expectUnique(entities.map(({ name }) => name));
          for (const { id } of entities) expect(owners.has(id)).toBe(true);
        }
      }),
    );
  });

  test('every list is sorted', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const { certificates, services, upstreams } = assemble(fragments).configuration;
        const lists = [
          certificates.map(({ id }) => id),
          services.map(({ name }) => name),
          upstreams.map(({ name }) => name),
          ...certificates.map(({ snis }) => (snis ?? []).map(({ name }) => name)),
          ...services.map(({ routes }) => (routes ?? []).map(({ name }) => name)),
          ...upstreams.map(({ targets }) => (targets ?? []).map(({ target }) => target)),
        ];
        for (const list of lists) expect(list).toEqual([...list].sort());
      }),
    );
  });

  test('no two routes match equally', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const matches = routesOf(assemble(fragments).configuration).flatMap(({ hosts, paths, methods }) =>
          (hosts?.length ? hosts : ['']).flatMap((host) =>
            (paths ?? []).map((path) => JSON.stringify([host, path, methods])),
          ),
        );
        expectUnique(matches);
      }),
    );
  });

  test('nothing is served without a plugin that it asks for, or for more hosts and paths than it asks for', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const asked = (name: string, type: 'service' | 'route'): FragmentPart[] =>
          fragments
            .flatMap(({ parts }) => parts)
            .filter((part) => part.type === type && part.entity.name === name);
        const { configuration } = assemble(fragments);
        for (const service of configuration.services) {
          expect(
            asked(service.name, 'service').some((part) => isServedAs(service.plugins, part, fragments)),
          ).toBe(true);
        }
        for (const route of routesOf(configuration)) {
          const parts = asked(route.name, 'route').filter(
            (part) =>
              part.type === 'route' &&
              Boolean(part.entity.hosts?.length) === Boolean(route.hosts?.length) &&
              isWithin(route.hosts, part.entity.hosts) &&
              isWithin(route.paths, part.entity.paths),
          );
          expect(parts.some((part) => isServedAs(route.plugins, part, fragments))).toBe(true);
        }
      }),
    );
  });

  test('a root whose part is missing has a problem', () => {
    fc.assert(
      fc.property(arbitraryFragments, (fragments) => {
        const { configuration, problems, unresolved } = assemble(fragments);
        const served = new Set(
          [...configuration.services, ...routesOf(configuration)].map(({ name }) => name),
        );
        const missing = fragments.filter(({ parts }) =>
          parts.some(
            (part) => (part.type === 'service' || part.type === 'route') && !served.has(part.entity.name),
          ),
        );
        const blamed = new Set(
          problems.map(({ resource }) => `${resource?.kind ?? ''}/default/${resource?.name ?? ''}`),
        );
        for (const { root } of [...missing, ...unresolved]) expect(blamed.has(root)).toBe(true);
      }),
    );
  });
});

test('of two resources that differ in nothing but their kind, the same one wins in any order', () => {
  const fragments = ['A', 'B'].map((kind) => fragmentOf(kind, 'same', 1, servicePart('shop')));
  for (const order of [fragments, fragments.toReversed()]) {
    expect(assemble(order).owners.get(serviceId('shop'))).toBe('A/default/same');
  }
});

/** Whether there is an instance for each plugin that a part asks for, and no consumer or group too. */
function isServedAs(
  plugins: readonly unknown[] | undefined,
  part: FragmentPart,
  fragments: readonly Fragment[],
): boolean {
  if (part.type !== 'service' && part.type !== 'route') return false;
  const personal = new Set(
    fragments
      .flatMap(({ parts }) => parts)
      .filter(({ type }) => type === 'consumer' || type === 'consumer-group')
      .flatMap((asker) => ('plugins' in asker ? asker.plugins : []).map(({ plugin }) => plugin)),
  );
  const defined = new Set(
    fragments.flatMap(({ parts }) => parts.flatMap((each) => (each.type === 'plugin' ? [each.plugin] : []))),
  );
  const own = part.plugins.filter(
    ({ plugin, isOptional }) => !personal.has(plugin) && (isOptional !== true || defined.has(plugin)),
  );
  const count = plugins?.length ?? 0;
  return own.length <= count && count <= part.plugins.length;
}

function isWithin(some: readonly string[] = [], all: readonly string[] = []): boolean {
  return some.every((value) => all.includes(value));
}
