import fc from 'fast-check';
import { OrderedQueue } from './ordered-queue.ts';

test('a queue gives its members in order, each once, also while others come and go', () => {
  const actions = fc.array(fc.tuple(fc.constantFrom('add', 'delete', 'take'), fc.nat({ max: 30 })));
  fc.assert(
    fc.property(actions, (list) => {
      const queue = new OrderedQueue<number>((a, b) => a - b);
      const waiting = new Set<number>();
      for (const [action, member] of list) {
        if (action === 'add') {
          queue.add(member);
          waiting.add(member);
        } else if (action === 'delete') {
          queue.delete(member);
          waiting.delete(member);
        } else {
          const expected = waiting.size === 0 ? undefined : Math.min(...waiting);
          expect(queue.take()).toBe(expected);
          if (expected !== undefined) waiting.delete(expected);
        }
      }
    }),
  );
});
