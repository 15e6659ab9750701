import type { SimulatedProxy } from '@silverback/fan-out/testing';
import type { Fleet } from './index.ts';
import { arrange, ingress, kongPlugin, refuseLimit } from './testing/fixtures.ts';

const ROOT = 'Ingress/shop/a';

/** What a status would be made of: whether the root is served, and whether everybody holds it as it is now. */
function standing(fleet: Fleet, root = ROOT): string {
  const outcomes = fleet.outcomes().filter(({ newest }) => newest.has(root));
  if (outcomes.length === 0) return 'not served';
  const isConfirmed = outcomes.every(({ newest, confirmed }) => newest.get(root) === confirmed.get(root));
  return isConfirmed ? 'confirmed' : 'open';
}

test('a resource is confirmed once every proxy holds it, and open again when it changes', async () => {
  const { clock, fleet, proxies, setResources } = arrange(['kong-1', 'kong-2']);
  setResources(ingress('a', '/a'));
  expect(standing(fleet)).toBe('open');
  await clock.advance(5_000);
  expect(standing(fleet)).toBe('confirmed');
  const [, slow] = proxies as [SimulatedProxy, SimulatedProxy];
  slow.applyMs = 20_000;
  setResources(ingress('a', '/other'), ingress('b', '/b'));
  await clock.advance(5_000);
  expect([standing(fleet), standing(fleet, 'Service/shop/web')]).toEqual(['open', 'confirmed']);
  await clock.advance(30_000);
  expect(standing(fleet)).toBe('confirmed');
  expect(standing(fleet, 'Ingress/shop/nobody')).toBe('not served');
  await fleet.stop();
});

test('a proxy that is not reached counts for a minute, and one that has left does not', async () => {
  const { clock, fleet, proxies, setResources } = arrange(['kong-1', 'kong-2']);
  const [first, second] = proxies as [SimulatedProxy, SimulatedProxy];
  second.behaviour.isDown = true;
  setResources(ingress('a', '/a'));
  await clock.advance(50_000);
  expect(standing(fleet)).toBe('open');
  await clock.advance(15_000);
  expect(standing(fleet)).toBe('confirmed');
  second.behaviour.isDown = false;
  first.behaviour.isDown = true;
  setResources(ingress('a', '/other'));
  await clock.advance(30_000);
  expect(standing(fleet)).toBe('open');
  fleet.setMembers([second.member]);
  expect(standing(fleet)).toBe('confirmed');
  fleet.setMembers([]);
  expect(standing(fleet)).toBe('open');
  await fleet.stop();
});

test('what Kong refuses is not confirmed, and its problem tells why', async () => {
  const { clock, fleet, proxies, setResources } = arrange();
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 0), ingress('a', '/a'));
  await clock.advance(10_000);
  expect([standing(fleet, 'KongPlugin/shop/limit'), standing(fleet)]).toEqual(['confirmed', 'confirmed']);
  setResources(kongPlugin('limit', 0), ingress('a', '/a', ['limit']));
  await clock.advance(20_000);
  expect(standing(fleet, 'KongPlugin/shop/limit')).toBe('open');
  expect(fleet.outcomes().flatMap(({ problems }) => problems)).toMatchObject([
    { code: 'ResourceRefused', resource: { kind: 'KongPlugin', name: 'limit' } },
    { code: 'ResourceRefused', resource: { kind: 'Ingress', name: 'a' } },
  ]);
  await fleet.stop();
});
