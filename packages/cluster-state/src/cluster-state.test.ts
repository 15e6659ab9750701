import fc from 'fast-check';

import { ClusterState, type ResourceChange } from './cluster-state.ts';
import { INDEXES, type IndexName } from './indexes.ts';
import { keyOf, type ResourceRecord } from './records.ts';
import { endpointSlice, ingress, secret, service } from './testing/records.ts';

function upsert(...resources: ResourceRecord[]): ResourceChange[] {
  return resources.map((resource) => ({ type: 'upsert', resource }));
}

function sorted(keys: ReadonlySet<string>): string[] {
  return [...keys].sort();
}

test('an object that was put in is found by kind, namespace and name, until it is deleted', () => {
  const state = new ClusterState();
  state.apply(upsert(service('cart')));
  expect(state.get('Service', 'shop', 'cart')).toEqual(service('cart'));
  expect(state.get('Service', 'other', 'cart')).toBeUndefined();
  state.apply([{ type: 'delete', key: 'Service/shop/cart' }]);
  expect(state.get('Service', 'shop', 'cart')).toBeUndefined();
  expect(state.list('Service')).toEqual([]);
});

test('an upsert that equals the stored record changes nothing, not even the version', () => {
  const state = new ClusterState();
  state.apply(upsert(service('cart')));
  const before = state.version;
  expect(state.apply(upsert(service('cart'))).size).toBe(0);
  expect(state.apply([{ type: 'delete', key: 'Service/shop/absent' }]).size).toBe(0);
  expect(state.version).toBe(before);
  state.apply(upsert(service('cart', 81)));
  expect(state.version).toBe(before + 1);
});

test('another revision of the same content is kept, but is no change', () => {
  const state = new ClusterState();
  const withRevision = (resourceVersion: string): ResourceRecord => ({
    ...endpointSlice('cart-1', 'cart', '10.0.0.1'),
    revision: { resourceVersion, generation: 1 },
  });
  state.apply(upsert(withRevision('1')));
  const before = state.version;
  expect(state.apply(upsert(withRevision('2'))).size).toBe(0);
  expect(state.version).toBe(before);
  expect(state.get('EndpointSlice', 'shop', 'cart-1')?.revision?.resourceVersion).toBe('2');
  expect(state.lookUp('endpointSlicesByService', 'shop/cart')[0]?.revision?.resourceVersion).toBe('2');
});

test('an object touches itself and the index entries in which it stands', () => {
  const state = new ClusterState();
  expect(sorted(state.apply(upsert(ingress('web', ['cart', 'pay'], ['cert']))))).toEqual([
    'Ingress/shop/web',
    'index:usersOfSecret/shop/cert',
    'index:usersOfService/shop/cart',
    'index:usersOfService/shop/pay',
  ]);
});

test('an object that moves to another index entry touches the one it leaves, too', () => {
  const state = new ClusterState();
  state.apply(upsert(endpointSlice('cart-1', 'cart', '10.0.0.1')));
  expect(sorted(state.apply(upsert(endpointSlice('cart-1', 'pay', '10.0.0.1'))))).toEqual([
    'EndpointSlice/shop/cart-1',
    'index:endpointSlicesByService/shop/cart',
    'index:endpointSlicesByService/shop/pay',
  ]);
  expect(state.indexKeys('endpointSlicesByService')).toEqual(['shop/pay']);
});

test('a changed member touches its index entry although the membership stays', () => {
  const state = new ClusterState();
  state.apply(upsert(endpointSlice('cart-1', 'cart', '10.0.0.1')));
  const touched = state.apply(upsert(endpointSlice('cart-1', 'cart', '10.0.0.2')));
  expect(touched.has('index:endpointSlicesByService/shop/cart')).toBe(true);
  expect(state.lookUp('endpointSlicesByService', 'shop/cart')[0]?.endpoints[0]?.address).toBe('10.0.0.2');
});

test('index entries and lists are in the order of resource keys, whatever came first', () => {
  const state = new ClusterState();
  state.apply(upsert(ingress('b', ['cart']), ingress('c', ['cart']), ingress('a', ['cart'])));
  expect(state.lookUp('usersOfService', 'shop/cart').map((record) => record.metadata.name)).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(state.keys('Ingress')).toEqual(['Ingress/shop/a', 'Ingress/shop/b', 'Ingress/shop/c']);
});

test('a list that was handed out stays as it was when the state changes', () => {
  const state = new ClusterState();
  state.apply(upsert(service('cart')));
  const before = state.list('Service');
  state.apply(upsert(service('pay')));
  expect(before).toEqual([service('cart')]);
  expect(state.list('Service')).toEqual([service('cart'), service('pay')]);
});

test('replacing everything deletes what is not named and touches only what differs', () => {
  const state = new ClusterState();
  state.apply(upsert(service('cart'), service('pay'), secret('old')));
  expect(sorted(state.replaceAll([service('cart'), service('pay', 81)]))).toEqual([
    'Secret/shop/old',
    'Service/shop/pay',
  ]);
});

test('a view tells each read, also of what is not there', () => {
  const state = new ClusterState();
  state.apply(upsert(service('cart')));
  const reads: string[] = [];
  const view = state.view((key) => reads.push(key));
  expect(view.get('Service', 'shop', 'cart')).toEqual(service('cart'));
  expect(view.get('IngressClass', '', 'kong')).toBeUndefined();
  expect(view.lookUp('usersOfSecret', 'shop/cert')).toEqual([]);
  expect(reads).toEqual(['Service/shop/cart', 'IngressClass//kong', 'index:usersOfSecret/shop/cert']);
});

const names = fc.constantFrom('a', 'b', 'c');
const anyResource: fc.Arbitrary<ResourceRecord> = fc.oneof(
  fc.tuple(names, fc.uniqueArray(names), fc.uniqueArray(names)).map((parts) => ingress(...parts)),
  fc.tuple(names, names).map(([name, owner]) => endpointSlice(name, owner, '10.0.0.1')),
  fc.tuple(names, fc.integer({ min: 1, max: 3 })).map((parts) => service(...parts)),
);
const anyChange: fc.Arbitrary<ResourceChange> = fc.oneof(
  anyResource.map((resource) => ({ type: 'upsert' as const, resource })),
  anyResource.map((resource) => ({ type: 'delete' as const, key: keyOf(resource) })),
);

/** What the state answers to every read that the generated objects allow. */
function answers(state: ClusterState): Map<string, string> {
  const found = new Map<string, string>();
  const view = state.view((key) => (lastRead = key));
  let lastRead = '';
  const note = (answer: unknown): void => {
    found.set(lastRead, JSON.stringify(answer ?? null));
  };
  for (const name of ['a', 'b', 'c']) {
    for (const kind of ['Ingress', 'EndpointSlice', 'Service'] as const) note(view.get(kind, 'shop', name));
    for (const index of Object.keys(INDEXES) as IndexName[]) note(view.lookUp(index, `shop/${name}`));
  }
  return found;
}

test('whatever changes, a read whose answer differs is among the touched ones', () => {
  fc.assert(
    fc.property(fc.array(anyChange), fc.array(anyChange), (first, second) => {
      const state = new ClusterState();
      state.apply(first);
      const before = answers(state);
      const touched = state.apply(second);
      for (const [key, answer] of answers(state)) {
        if (answer !== before.get(key)) expect(touched).toContain(key);
      }
    }),
  );
});

test('whatever changes, the indexes equal those of a state that is built anew', () => {
  fc.assert(
    fc.property(fc.array(anyChange), (changes) => {
      const state = new ClusterState();
      state.apply(changes);
      const rebuilt = new ClusterState();
      rebuilt.replaceAll([
        ...state.list('Ingress'),
        ...state.list('EndpointSlice'),
        ...state.list('Service'),
      ]);
      expect(answers(state)).toEqual(answers(rebuilt));
      for (const index of Object.keys(INDEXES) as IndexName[]) {
        expect(state.indexKeys(index)).toEqual(rebuilt.indexKeys(index));
      }
    }),
  );
});

test('a read is answered with the keys of the objects that it finds now', () => {
  const state = new ClusterState();
  state.apply(upsert(ingress('web', ['cart']), ingress('admin', ['cart']), service('cart')));
  expect(state.resourcesAt('Service/shop/cart')).toEqual(['Service/shop/cart']);
  expect(state.resourcesAt('index:usersOfService/shop/cart')).toEqual([
    'Ingress/shop/admin',
    'Ingress/shop/web',
  ]);
  expect(state.resourcesAt('Service/shop/absent')).toEqual([]);
  expect(state.resourcesAt('index:usersOfService/shop/absent')).toEqual([]);
});
