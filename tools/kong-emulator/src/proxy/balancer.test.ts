import { Balancer } from './balancer.ts';

const targets = (weights: Record<string, number>) =>
  Object.entries(weights).map(([target, weight]) => ({ target, weight }));
const turns = (balancer: Balancer, count: number) =>
  Array.from({ length: count }, () => balancer.next()?.name).join('');

test('equal targets take turns', () => {
  expect(turns(new Balancer(targets({ 'a:1': 100, 'b:1': 100, 'c:1': 100 })), 6)).toBe('abcabc');
});

test('weights are kept within each round, spread evenly', () => {
  expect(turns(new Balancer(targets({ 'a:1': 3, 'b:1': 1 })), 8)).toBe('aabaaaba');
});

test('a target of weight 0 gets nothing; without others there is no target', () => {
  expect(turns(new Balancer(targets({ 'a:1': 0, 'b:1': 1 })), 2)).toBe('bb');
  expect(new Balancer(targets({ 'a:1': 0 })).next()).toBeUndefined();
});

test('a target is a host with a port; of an IPv6 address the brackets are taken off', () => {
  expect(new Balancer(targets({ 'a.test': 1 })).next()).toEqual({
    host: 'a.test',
    port: 8000,
    name: 'a.test',
  });
  expect(new Balancer(targets({ '[::1]:81': 1 })).next()).toEqual({ host: '::1', port: 81, name: '[::1]' });
});
