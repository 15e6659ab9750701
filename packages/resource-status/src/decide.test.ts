import type { Problem } from '@silverback/errors';
import type { LoadBalancerAddress } from './addresses.ts';
import { decide, problemsByRoot, type Judgement, type ObservedResource } from './decide.ts';
import type { FleetOutcome } from './fleet-outcome.ts';

const NOW = '2026-02-01T00:00:00Z';

function observed(kind: string, more: Partial<ObservedResource> = {}): ObservedResource {
  return {
    reference: { kind, namespace: 'shop', name: 'x' },
    generation: 1,
    conditions: [],
    addresses: [],
    ...more,
  };
}

function fleet(name: string, newest: object, confirmed: object, problems: Problem[] = []): FleetOutcome {
  const hashes = (of: object): Map<string, string> => new Map(Object.entries(of) as [string, string][]);
  return { name, newest: hashes(newest), confirmed: hashes(confirmed), problems };
}

function decided(
  resource: ObservedResource,
  fleets: FleetOutcome[],
  addresses?: LoadBalancerAddress[],
): Judgement {
  const problemsOf = problemsByRoot(fleets.flatMap(({ problems }) => problems));
  return decide(resource, { fleets, problemsOf, now: NOW, ...(addresses && { addresses }) });
}

function statusOf(fleets: FleetOutcome[], kind = 'KongPlugin'): string | undefined {
  return decided(observed(kind), fleets).decision?.condition?.status;
}

const root = 'KongPlugin/shop/x';

test('all fleets have to hold a resource as it is now', () => {
  const edge = fleet('edge', { [root]: 'new' }, { [root]: 'new' });
  expect(statusOf([edge])).toBe('True');
  expect(statusOf([edge, fleet('inner', { [root]: 'new' }, { [root]: 'old' })])).toBe('Unknown');
  expect(statusOf([edge, fleet('inner', { [root]: 'new' }, {})])).toBe('Unknown');
});

test('a fleet that does not serve a resource makes no difference', () => {
  expect(statusOf([fleet('edge', { [root]: 'a' }, { [root]: 'a' }), fleet('inner', {}, {})])).toBe('True');
});

test('a resource that nobody serves is left alone', () => {
  expect(decided(observed('KongPlugin'), [fleet('edge', {}, {})])).toEqual({ isOpen: false });
});

test('a problem in one fleet is False', () => {
  const problem: Problem = {
    code: 'KongPluginInvalid',
    severity: 'error',
    resource: { kind: 'KongPlugin', namespace: 'shop', name: 'x' },
    field: 'plugin',
    message: 'is required',
    action: 'the plugin is not programmed',
  };
  const { decision, isOpen } = decided(observed('KongPlugin'), [fleet('edge', {}, {}, [problem, problem])]);
  expect(decision).toMatchObject({
    condition: {
      status: 'False',
      reason: 'KongPluginInvalid',
      message: 'plugin: is required; the plugin is not programmed',
    },
  });
  expect(isOpen).toBe(false);
});

test('a cluster-scoped resource finds its problems too', () => {
  const reference = { kind: 'KongVault', namespace: '', name: 'aws' };
  const problem: Problem = {
    code: 'ResourceRefused',
    severity: 'error',
    resource: reference,
    message: 'x',
    action: 'y',
  };
  const resource = observed('KongVault', { reference });
  expect(decided(resource, [fleet('edge', {}, {}, [problem])]).decision?.condition?.status).toBe('False');
});

test('nothing is decided twice', () => {
  const fleets = [fleet('edge', { [root]: 'a' }, { [root]: 'a' })];
  const { decision } = decided(observed('KongPlugin'), fleets);
  const conditions = decision?.condition ? [decision.condition] : [];
  expect(decided(observed('KongPlugin', { conditions }), fleets)).toEqual({ isOpen: false });
});

test('what waits for proxies is open, and what is programmed for its generation is not', () => {
  const fleets = [fleet('edge', { [root]: 'a' }, {})];
  const { decision, isOpen } = decided(observed('KongPlugin'), fleets);
  expect([decision?.condition?.reason, isOpen]).toEqual(['Pending', true]);
  const conditions = decision?.condition
    ? [{ ...decision.condition, status: 'True' as const, reason: 'Programmed' }]
    : [];
  expect(decided(observed('KongPlugin', { conditions }), fleets)).toEqual({ isOpen: false });
});

test('an Ingress gets its addresses when it is served, and only if they differ', () => {
  const addresses = [{ ip: '192.0.2.1' }];
  const name = 'Ingress/shop/x';
  const outcome = (confirmed: object, has: ObservedResource['addresses'] = []): Judgement =>
    decided(observed('Ingress', { addresses: has }), [fleet('edge', { [name]: 'a' }, confirmed)], addresses);
  expect(outcome({})).toEqual({ isOpen: true });
  expect(outcome({ [name]: 'a' })).toMatchObject({ isOpen: false, decision: { addresses } });
  expect(outcome({ [name]: 'a' }, addresses)).toEqual({ isOpen: false });
  expect(outcome({ [name]: 'old' }, [{ ip: '192.0.2.9' }])).toMatchObject({ decision: { addresses } });
});

test('a policy is told what became of it at the Services that use it', () => {
  const service = { kind: 'Service', namespace: 'shop', name: 'cart' };
  const newest = { 'Service/shop/cart': 'a' };
  const fleets = [fleet('edge', newest, newest)];
  const policy = observed('KongUpstreamPolicy', { users: [service], ancestors: [] });
  const { decision } = decided(policy, fleets);
  expect(decision?.ancestors).toMatchObject([{ ancestor: service }]);
  const written = { ...policy, ancestors: decision?.ancestors ?? [] };
  expect(decided(written, fleets)).toEqual({ isOpen: false });
});
