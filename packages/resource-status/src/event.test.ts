import type { Problem } from '@silverback/errors';
import { eventsFor } from './event.ts';

const problem: Problem = {
  code: 'ServiceNotFound',
  severity: 'error',
  resource: { kind: 'Ingress', namespace: 'shop', name: 'cart', uid: '1' },
  message: 'there is no Service shop/cart',
  action: 'requests to it are answered with 503',
};

test('what says the same about the same object is one event', () => {
  const other: Problem = { ...problem, resource: { kind: 'Ingress', namespace: 'shop', name: 'pay' } };
  const events = eventsFor([problem, { ...problem }, other]);
  expect(events.map(({ resource }) => resource.name)).toEqual(['cart', 'pay']);
  expect(new Set(events.map(({ key }) => key)).size).toBe(2);
});

test('an object that was made anew under its name gets an event of its own', () => {
  const again: Problem = {
    ...problem,
    resource: { kind: 'Ingress', namespace: 'shop', name: 'cart', uid: '2' },
  };
  expect(eventsFor([problem])[0]?.key).not.toBe(eventsFor([again])[0]?.key);
});

test('notes are as long as the API server takes them, and problems without a resource have none', () => {
  const { code, severity, message, action } = problem;
  const nowhere: Problem = { code, severity, message, action };
  expect(eventsFor([nowhere])).toEqual([]);
  expect(eventsFor([{ ...problem, message: 'x'.repeat(5_000) }])[0]?.note).toHaveLength(1024);
});
