import type { Problem, ResourceReference } from '@silverback/errors';
import { MAX_ANCESTORS, policyAncestors, type PolicyAncestor } from './ancestors.ts';
import type { FleetOutcome } from './fleet-outcome.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-02-01T00:00:00Z';
const policy: ResourceReference = { kind: 'KongUpstreamPolicy', namespace: 'shop', name: 'sticky' };

function service(name: string): ResourceReference {
  return { kind: 'Service', namespace: 'shop', name };
}

function fleet(newest: Readonly<Record<string, string>>, confirmed = newest): FleetOutcome {
  return {
    name: 'edge',
    newest: new Map(Object.entries(newest)),
    confirmed: new Map(Object.entries(confirmed)),
    problems: [],
  };
}

const CART = { 'Service/shop/cart': 'a' };
const noProblems = new Map<string, readonly Problem[]>();

function decided(
  fleets: readonly FleetOutcome[],
  existing: readonly PolicyAncestor[] = [],
  problems: ReadonlyMap<string, readonly Problem[]> = noProblems,
  now = NOW,
): readonly PolicyAncestor[] {
  const use = { policy, generation: 2, users: [service('cart'), service('idle')], existing };
  return policyAncestors(use, fleets, problems, now);
}

function stateOf(entries: readonly PolicyAncestor[]): unknown {
  return entries.map(({ ancestor, conditions }) => [
    ancestor.name,
    Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status}/${reason}`])),
  ]);
}

test('a policy has an entry for each object that uses it and that is served', () => {
  expect(stateOf(decided([fleet(CART)]))).toEqual([
    ['cart', { Accepted: 'True/Accepted', Programmed: 'True/Programmed' }],
  ]);
  expect(decided([])).toEqual([]);
});

test('what not every proxy holds yet is pending', () => {
  expect(stateOf(decided([fleet(CART, {})]))).toEqual([
    ['cart', { Accepted: 'True/Accepted', Programmed: 'Unknown/Pending' }],
  ]);
});

test('a mistake in the policy makes both conditions False', () => {
  const mistake: Problem = {
    code: 'UpstreamPolicyInvalid',
    severity: 'error',
    resource: policy,
    field: 'spec.slots',
    message: 'must be at least 10',
    action: 'the policy is ignored',
  };
  const problems = new Map([['KongUpstreamPolicy/shop/sticky', [mistake]]]);
  const [entry] = decided([fleet(CART)], [], problems);
  expect(entry?.conditions).toMatchObject([
    { type: 'Accepted', status: 'False', reason: 'Invalid', message: 'must be at least 10' },
    { type: 'Programmed', status: 'False', reason: 'UpstreamPolicyInvalid' },
  ]);
});

test('what is written already is not written again, and a time changes only with its state', () => {
  const written = decided([fleet(CART)], [], noProblems, BEFORE);
  expect(decided([fleet(CART)], written)).toBe(written);
  expect(decided([fleet(CART, {})], written)).toBe(written);
  const gone = decided([fleet({})], written);
  expect(gone).toEqual([]);
});

test('there are never more entries than the API takes', () => {
  const users = Array.from({ length: 20 }, (_, index) => service(`s${index}`));
  const newest = Object.fromEntries(users.map(({ name }) => [`Service/shop/${name}`, 'a']));
  const use = { policy, generation: 1, users, existing: [] };
  const entries = policyAncestors(use, [fleet(newest)], noProblems, NOW);
  expect(entries.map(({ ancestor }) => ancestor.name)).toEqual(
    users.slice(0, MAX_ANCESTORS).map(({ name }) => name),
  );
});
