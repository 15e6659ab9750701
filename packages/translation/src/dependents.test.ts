import { Dependents } from './dependents.ts';

const readers = Array.from({ length: 40 }, (_, index) => ({ key: `Ingress/shop/i${index}` }));

function names(found: Iterable<{ readonly key: string }>): string[] {
  return [...found].map(({ key }) => key).sort();
}

test.each([1, 2, 16, 17, 40])('%i readers of a key are found until they are forgotten', (count) => {
  const dependents = new Dependents<{ readonly key: string }>();
  const some = readers.slice(0, count);
  for (const reader of some) dependents.add(reader, new Set(['IngressClass//kong', reader.key]));
  expect(names(dependents.of('IngressClass//kong'))).toEqual(names(some));
  for (const reader of some) {
    expect(names(dependents.of(reader.key))).toEqual([reader.key]);
    dependents.forget(reader.key);
    expect(names(dependents.of(reader.key))).toEqual([]);
    expect(names(dependents.of('IngressClass//kong'))).not.toContain(reader.key);
  }
  expect(names(dependents.of('IngressClass//kong'))).toEqual([]);
});

test('what is added comes to what a reader read before, once', () => {
  const dependents = new Dependents<{ readonly key: string }>();
  const [reader] = readers as [{ readonly key: string }];
  dependents.add(reader, new Set(['a', 'b']));
  dependents.add(reader, new Set(['b', 'c']));
  expect([...dependents.readsOf(reader.key)]).toEqual(['a', 'b', 'c']);
  dependents.forget(reader.key);
  expect([...dependents.readsOf(reader.key)]).toEqual([]);
  expect(names(dependents.of('b'))).toEqual([]);
});
