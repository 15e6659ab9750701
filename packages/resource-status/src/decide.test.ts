import type { Problem } from '@silverback/errors';
import { decide, type ObservedResource } from './decide.ts';
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

function statusOf(fleets: FleetOutcome[], kind = 'KongPlugin'): string | undefined {
  return decide({ resources: [observed(kind)], fleets, now: NOW }).statuses[0]?.condition?.status;
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
  expect(decide({ resources: [observed('KongPlugin')], fleets: [fleet('edge', {}, {})], now: NOW })).toEqual({
    statuses: [],
    events: [],
  });
});

test('a problem in one fleet is False, and an event', () => {
  const problem: Problem = {
    code: 'KongPluginInvalid',
    severity: 'error',
    resource: { kind: 'KongPlugin', namespace: 'shop', name: 'x' },
    field: 'plugin',
    message: 'is required',
    action: 'the plugin is not programmed',
  };
  const fleets = [fleet('edge', {}, {}, [problem, problem])];
  const { statuses, events } = decide({ resources: [observed('KongPlugin')], fleets, now: NOW });
  expect(statuses).toMatchObject([{ condition: { status: 'False', reason: 'KongPluginInvalid' } }]);
  expect(events).toMatchObject([
    {
      type: 'Warning',
      reason: 'KongPluginInvalid',
      note: 'plugin: is required; the plugin is not programmed',
    },
  ]);
});

test('nothing is decided twice', () => {
  const fleets = [fleet('edge', { [root]: 'a' }, { [root]: 'a' })];
  const [first] = decide({ resources: [observed('KongPlugin')], fleets, now: NOW }).statuses;
  const conditions = first?.condition ? [first.condition] : [];
  const again = decide({ resources: [observed('KongPlugin', { conditions })], fleets, now: 'later' });
  expect(again.statuses).toEqual([]);
});

test('an Ingress gets its addresses when it is served, and only if they differ', () => {
  const addresses = [{ ip: '192.0.2.1' }];
  const name = 'Ingress/shop/x';
  const decided = (confirmed: object, has: ObservedResource['addresses'] = []): unknown =>
    decide({
      resources: [observed('Ingress', { addresses: has })],
      fleets: [fleet('edge', { [name]: 'a' }, confirmed)],
      addresses,
      now: NOW,
    }).statuses.map((status) => status.addresses);
  expect(decided({})).toEqual([]);
  expect(decided({ [name]: 'a' })).toEqual([addresses]);
  expect(decided({ [name]: 'a' }, addresses)).toEqual([]);
  expect(decided({ [name]: 'old' }, [{ ip: '192.0.2.9' }])).toEqual([addresses]);
});

test('a policy is told what became of it at the Services that use it', () => {
  const service = { kind: 'Service', namespace: 'shop', name: 'cart' };
  const newest = { 'Service/shop/cart': 'a' };
  const fleets = [fleet('edge', newest, newest)];
  const resources = [observed('KongUpstreamPolicy', { users: [service], ancestors: [] })];
  const [first] = decide({ resources, fleets, now: NOW }).statuses;
  expect(first?.ancestors).toMatchObject([{ ancestor: service }]);
  const written = [observed('KongUpstreamPolicy', { users: [service], ancestors: first?.ancestors ?? [] })];
  expect(decide({ resources: written, fleets, now: 'later' }).statuses).toEqual([]);
});
