import { VirtualClock } from '@silverback/clock';
import { ClusterState, projectResource, type ResourceKey } from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { ObservedStatus } from '@silverback/kubernetes';
import type { FleetOutcome, ResourceEvent, StatusDecision } from '@silverback/resource-status';
import { StatusRounds } from './status-rounds.ts';

const KEY = 'KongPlugin/shop/cors';

/** Statuses of an emulated cluster, a fleet whose outcome is set by hand, and what is written. */
function arrange() {
  const clock = new VirtualClock();
  const state = new ClusterState();
  const statuses = new Map<ResourceKey, ObservedStatus>();
  const known = { newest: new Map<string, string>(), confirmed: new Map<string, string>() };
  const situation = { isLeader: true, isTranslated: true, problems: [] as Problem[] };
  const writes: StatusDecision[] = [];
  const told: (readonly ResourceEvent[])[] = [];
  const looked: string[] = [];
  const outcome = (): FleetOutcome => ({ name: 'edge', ...known, problems: situation.problems });
  const rounds = new StatusRounds({
    clock,
    state,
    statuses: {
      at: (key) => {
        looked.push(key);
        return statuses.get(key);
      },
      keys: () => statuses.keys(),
    },
    isTranslated: () => situation.isTranslated,
    outcomes: () => [outcome()],
    addresses: () => undefined,
    usersOf: () => [],
    policyOf: () => undefined,
    isLeader: () => situation.isLeader,
    write: (decision) => writes.push(decision),
    drop: () => undefined,
    tell: (events) => told.push(events),
  });
  /** A watch shows a form of the plugin. */
  const see = (generation: number, name = 'cors'): void => {
    const key = `KongPlugin/shop/${name}`;
    const metadata = { name, namespace: 'shop', generation, resourceVersion: String(generation) };
    const reference = { kind: 'KongPlugin', namespace: 'shop', name };
    statuses.set(key, {
      reference,
      generation,
      resourceVersion: String(generation),
      conditions: statuses.get(key)?.conditions ?? [],
      addresses: [],
    });
    const object = {
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongPlugin',
      metadata,
      plugin: 'cors',
    };
    const projection = projectResource(object);
    if ('resource' in projection) state.apply([{ type: 'upsert', resource: projection.resource }]);
    rounds.statusChanged(key);
  };
  return { clock, known, situation, writes, told, rounds, see, looked, statuses };
}

function hold(known: ReturnType<typeof arrange>['known'], hash: string): void {
  known.newest.set(KEY, hash);
  known.confirmed.set(KEY, hash);
}

test('nothing is said of a generation before it is translated', async () => {
  const { clock, known, situation, writes, rounds, see } = arrange();
  hold(known, 'old');
  see(1);
  await clock.advance(1_000);
  expect(writes).toMatchObject([{ condition: { status: 'True', observedGeneration: 1 } }]);
  situation.isTranslated = false;
  see(2);
  await clock.advance(5_000);
  expect(writes).toHaveLength(1);
  rounds.translating();
  await clock.advance(5_000);
  expect(writes).toHaveLength(1);
  known.newest.set(KEY, 'new');
  rounds.translated([KEY]);
  await clock.advance(2_000);
  expect(writes).toHaveLength(1);
  known.confirmed.set(KEY, 'new');
  await clock.advance(2_000);
  expect(writes[1]).toMatchObject({ condition: { status: 'True', observedGeneration: 2 } });
});

test('that proxies are waited for is said only when it takes long', async () => {
  const { clock, known, writes, see } = arrange();
  known.newest.set(KEY, 'new');
  see(1);
  await clock.advance(9_000);
  expect(writes).toEqual([]);
  await clock.advance(3_000);
  expect(writes[0]).toMatchObject({ condition: { status: 'Unknown', reason: 'Pending' } });
});

test('a replica that does not lead decides nothing, and one that begins to looks at everything', async () => {
  const { clock, known, situation, writes, rounds, see } = arrange();
  situation.isLeader = false;
  hold(known, 'a');
  see(1);
  await clock.advance(120_000);
  expect(writes).toEqual([]);
  situation.isLeader = true;
  rounds.becameLeader();
  await clock.advance(1_000);
  expect(writes).toMatchObject([{ condition: { status: 'True' } }]);
});

test('a problem that appears is told of, and only what it is about is looked at', async () => {
  const { clock, known, situation, writes, told, rounds, see, looked } = arrange();
  hold(known, 'a');
  see(1);
  see(1, 'other');
  await clock.advance(2_000);
  looked.length = 0;
  situation.problems = [
    {
      code: 'ResourceRefused',
      severity: 'error',
      resource: { kind: 'KongPlugin', namespace: 'shop', name: 'cors' },
      message: 'Kong refuses it',
      action: 'it is left out',
    },
  ];
  rounds.fleetChanged();
  await clock.advance(2_000);
  expect(writes.at(-1)).toMatchObject({ condition: { status: 'False', reason: 'ResourceRefused' } });
  expect(told.at(-1)).toMatchObject([{ reason: 'ResourceRefused' }]);
  expect([...new Set(looked)]).toEqual([KEY]);
  situation.problems = [];
  rounds.fleetChanged();
  await clock.advance(2_000);
  expect(told.at(-1)).toEqual([]);
});
