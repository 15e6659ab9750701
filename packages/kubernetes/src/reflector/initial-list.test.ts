import { InitialList } from './initial-list.ts';

test('what changes before everything has come counts', () => {
  const list = new InitialList<string>();
  const event = (type: 'upsert' | 'delete', name: string, item: string, resourceVersion: string) => ({
    type,
    name,
    item,
    resourceVersion,
  });
  const added = [event('upsert', 'shop/a', 'a', '3'), event('upsert', 'shop/b', 'b', '4')];
  expect(list.take({ events: added, resourceVersion: '4' })).toBe(false);
  const changed = [event('delete', 'shop/a', 'a', '7'), event('upsert', 'shop/b', 'newer b', '6')];
  expect(list.take({ events: changed, resourceVersion: '9', isWhole: true })).toBe(true);
  expect([list.items, list.applied]).toEqual([['newer b'], '7']);
});
