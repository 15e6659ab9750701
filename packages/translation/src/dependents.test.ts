import { Dependents } from './dependents.ts';

const readers = Array.from({ length: 40 }, (_, index) => `Ingress/shop/i${index}`);

function sorted(found: Iterable<string>): string[] {
  return [...found].sort();
}

test.each([1, 2, 16, 17, 40])('%i readers of a key are found until they are forgotten', (count) => {
  const dependents = new Dependents();
  const some = readers.slice(0, count);
  for (const reader of some) dependents.add(reader, new Set(['IngressClass//kong', reader]));
  expect(sorted(dependents.of('IngressClass//kong'))).toEqual(sorted(some));
  for (const reader of some) {
    expect(sorted(dependents.of(reader))).toEqual([reader]);
    dependents.forget(reader);
    expect(sorted(dependents.of(reader))).toEqual([]);
    expect(sorted(dependents.of('IngressClass//kong'))).not.toContain(reader);
  }
  expect(sorted(dependents.of('IngressClass//kong'))).toEqual([]);
});

test('what is added comes to what a reader read before, once', () => {
  const dependents = new Dependents();
  const [reader] = readers as [string];
  dependents.add(reader, new Set(['a', 'b']));
  dependents.add(reader, new Set(['b', 'c']));
  expect([...dependents.readsOf(reader)]).toEqual(['a', 'b', 'c']);
  dependents.forget(reader);
  expect([...dependents.readsOf(reader)]).toEqual([]);
  expect(sorted(dependents.of('b'))).toEqual([]);
});
