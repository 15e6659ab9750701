import { VirtualClock } from '@silverback/clock';
import fc from 'fast-check';
import { KubeHttp } from '../access/kube-http.ts';
import { TestApiServer, type SeenRequest } from '../testing/api-server.ts';
import { LeaderElection, type LeaderElectionOptions } from './leader-election.ts';
import { APPLIED_ANNOTATION } from './lease-record.ts';

const PATH = '/apis/coordination.k8s.io/v1/namespaces/kong/leases/silverback';

interface Replica {
  readonly election: LeaderElection;
  readonly states: string[];
  isLive: boolean;
  /** Called to say that the replica has seen what it waits for. */
  catchUp: () => void;
  wanted: Readonly<Record<string, string>> | undefined;
  applied: Readonly<Record<string, string>>;
}

let clock: VirtualClock;
let server: TestApiServer;
let http: KubeHttp;
let address: string;
let replicas: Replica[];
let others: KubeHttp[];

beforeEach(async () => {
  clock = new VirtualClock();
  server = new TestApiServer();
  const credentials = await server.start();
  ({ server: address } = await credentials.current());
  http = new KubeHttp({ credentials, clock });
  [replicas, others] = [[], []];
});
afterEach(async () => {
  await Promise.all(replicas.map(({ election }) => election.stop(false)));
  await Promise.all([http, ...others].map((each) => each.close()));
  await server.stop();
});

/** A replica; what its predecessor knew it knows at once, unless told otherwise. */
function replica(identity: string, more: Partial<LeaderElectionOptions> = {}): Replica {
  const made: Replica = {
    states: [],
    isLive: true,
    catchUp: () => undefined,
    wanted: undefined,
    applied: {},
    election: new LeaderElection({
      http,
      clock,
      random: () => 0,
      identity,
      namespace: 'kong',
      name: 'silverback',
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
      isLive: () => made.isLive,
      appliedVersions: () => made.applied,
      reached: (versions) => {
        made.wanted = versions;
        return Promise.resolve();
      },
      onEvent: (event) => {
        made.states.push(event.type === 'state' ? event.state : 'failed');
      },
      ...more,
    }),
  };
  replicas.push(made);
  return made;
}

/** Lets time pass in small steps; requests in between are answered for real. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    await clock.advance(500);
    await answered();
  }
}

/** Until nothing is asked of the server any more. */
async function answered(): Promise<void> {
  for (let quiet = 0, before = server.requests.length; quiet < 20; quiet += 1) {
    await new Promise(setImmediate);
    if (server.requests.length !== before || server.isBusy) [before, quiet] = [server.requests.length, 0];
  }
}

test('the first replica takes the lease, and another one waits', async () => {
  const [first, second] = [replica('a'), replica('b')];
  first.election.start();
  await answered();
  second.election.start();
  await pass(20_000);
  expect([first.states, second.states]).toEqual([['successor', 'leader'], []]);
  expect([first.election.mayPush(), second.election.mayPush()]).toEqual([true, false]);
  expect(second.election.holder).toBe('a');
  expect(server.get(PATH)?.['spec']).toMatchObject({
    holderIdentity: 'a',
    leaseDurationSeconds: 15,
    leaseTransitions: 0,
    acquireTime: expect.stringMatching(/^2026-01-01T00:00:0\d\.\d{6}Z$/) as string,
  });
});

test('a leader that ends in peace hands over at once, one that vanishes after the lease has run out', async () => {
  const [first, second, third] = [replica('a'), replica('b'), replica('c')];
  first.election.start();
  await answered();
  second.election.start();
  await pass(4000);
  await first.election.stop(true);
  await pass(3000);
  expect(second.states).toEqual(['successor', 'leader']);
  third.election.start();
  await pass(4000);
  await second.election.stop(false);
  await pass(10_000);
  expect(third.states).toEqual([]);
  await pass(7000);
  expect(third.states).toEqual(['successor', 'leader']);
  expect(server.get(PATH)?.['spec']).toMatchObject({ holderIdentity: 'c', leaseTransitions: 2 });
});

test('a leader that can not renew stops sending before anyone may take over', async () => {
  const [first, second] = [replica('a'), replica('b')];
  first.election.start();
  await answered();
  second.election.start();
  await pass(4000);
  server.intercept = () => ({ status: 503, message: 'away' });
  await pass(7500);
  expect(first.election.mayPush()).toBe(true);
  await pass(3000);
  expect(first.election.mayPush()).toBe(false);
  expect(first.states.at(-1)).toBe('standby');
  expect(second.states).not.toContain('successor');
});

test('time is counted from before the renewal was asked for', async () => {
  const first = replica('a');
  first.election.start();
  await answered();
  let release: () => void = () => undefined;
  server.delay = new Promise((resolve) => (release = resolve));
  await clock.advance(2000);
  await clock.advance(4000);
  release();
  await answered();
  server.intercept = () => ({ status: 503, message: 'away' });
  await pass(5500);
  expect(first.election.mayPush()).toBe(true);
  await clock.advance(500);
  expect(first.election.mayPush()).toBe(false);
});

test('who does not see everything does not campaign', async () => {
  const blind = replica('a');
  blind.isLive = false;
  blind.election.start();
  await pass(20_000);
  expect(blind.states).toEqual([]);
  expect(server.get(PATH)).toBeUndefined();
  blind.isLive = true;
  await pass(2500);
  expect(blind.election.state).toBe('leader');
});

test('a successor sends nothing before it has seen what its predecessor had applied', async () => {
  const first = replica('a');
  first.applied = { Ingress: '120', 'Service/kong': '99' };
  first.election.start();
  await pass(3000);
  expect(server.get(PATH)?.metadata['annotations']).toEqual({
    [APPLIED_ANNOTATION]: '{"Ingress":"120","Service/kong":"99"}',
  });
  let catchUp: () => void = () => undefined;
  let wanted: unknown;
  const second = replica('b', {
    reached: (versions) => {
      wanted = versions;
      return new Promise((resolve) => (catchUp = resolve));
    },
  });
  second.election.start();
  await answered();
  await first.election.stop(true);
  await pass(5000);
  expect(wanted).toEqual({ Ingress: '120', 'Service/kong': '99' });
  expect([second.election.state, second.election.mayPush()]).toEqual(['successor', false]);
  // The versions stay in the lease for whoever follows if this one ends before it has caught up.
  expect(server.get(PATH)?.metadata['annotations']).toEqual({
    [APPLIED_ANNOTATION]: '{"Ingress":"120","Service/kong":"99"}',
  });
  catchUp();
  await answered();
  expect([second.election.state, second.election.mayPush()]).toEqual(['leader', true]);
});

test('of two that try at the same moment one wins', async () => {
  const [first, second] = [replica('a'), replica('b')];
  first.election.start();
  second.election.start();
  await pass(6000);
  expect([first.election.mayPush(), second.election.mayPush()].filter(Boolean)).toHaveLength(1);
});

test('a lease that somebody took away ends the term at once', async () => {
  const first = replica('a');
  first.election.start();
  await pass(2500);
  const lease = server.get(PATH);
  if (!lease) throw new Error('there is no lease');
  server.put('/apis/coordination.k8s.io/v1/leases', {
    ...lease,
    spec: { ...(lease['spec'] as object), holderIdentity: 'somebody' },
  });
  await pass(2500);
  expect([first.election.state, first.election.mayPush()]).toEqual(['standby', false]);
  expect(first.election.holder).toBe('somebody');
});

test('annotations and labels of others on the lease stay', async () => {
  server.put('/apis/coordination.k8s.io/v1/leases', {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'silverback',
      namespace: 'kong',
      labels: { team: 'edge' },
      annotations: { note: 'ours' },
    },
  });
  const first = replica('a');
  first.election.start();
  await pass(1000);
  expect(first.election.state).toBe('leader');
  expect(server.get(PATH)?.metadata).toMatchObject({
    labels: { team: 'edge' },
    annotations: { note: 'ours' },
  });
});

test('a renewal whose answer got lost is found out and goes on', async () => {
  const first = replica('a');
  first.election.start();
  await pass(2500);
  let lost = 0;
  server.afterwards = ({ method }) => method === 'PUT' && lost++ === 0;
  await pass(30_000);
  expect([lost > 1, first.states]).toEqual([true, ['successor', 'leader', 'failed']]);
});

test('a connection that hangs does not cost the lease', async () => {
  const first = replica('a');
  first.election.start();
  await pass(2500);
  server.delay = new Promise(() => undefined);
  await clock.advance(2000);
  server.delay = Promise.resolve();
  await clock.advance(5000);
  await pass(20_000);
  expect(first.states).toEqual(['successor', 'leader', 'failed']);
});

type Step =
  { readonly who: 'a' | 'b'; readonly fault: 'refuses' | 'forgets' | 'works' } | { readonly seconds: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ who: fc.constantFrom('a', 'b'), fault: fc.constantFrom('refuses', 'forgets', 'works') }),
  fc.record({ seconds: fc.integer({ min: 1, max: 12 }) }),
);

/** A replica with connections of its own, which the server can tell from others. */
function separate(identity: string, address: string): Replica {
  const connection = { server: address, headers: { authorization: identity }, tls: {} };
  const own = new KubeHttp({ clock, credentials: { current: () => Promise.resolve(connection) } });
  others.push(own);
  return replica(identity, { http: own });
}

test('never do two replicas send at once, whatever the API server does, and in the end one does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (sequence) => {
      const faults = { a: 'works', b: 'works' };
      const faultOf = ({ authorization }: SeenRequest) => faults[authorization as 'a' | 'b'];
      server.delete('/apis/coordination.k8s.io/v1/leases', {
        apiVersion: '',
        kind: '',
        metadata: { name: 'silverback', namespace: 'kong' },
      });
      server.intercept = (request) =>
        faultOf(request) === 'refuses' ? { status: 500, message: 'no' } : undefined;
      server.afterwards = (request) => faultOf(request) === 'forgets';
      const both = [separate('a', address), separate('b', address)] as const;
      const senders = () => both.filter(({ election }) => election.mayPush()).length;
      for (const { election } of both) election.start();
      for (const step of sequence) {
        if ('who' in step) faults[step.who] = step.fault;
        for (let second = 0; second < ('seconds' in step ? step.seconds : 0); second += 1) {
          await pass(1000);
          expect(senders()).toBeLessThan(2);
        }
      }
      Object.assign(faults, { a: 'works', b: 'works' });
      await pass(30_000);
      expect(senders()).toBe(1);
      await Promise.all(both.map(({ election }) => election.stop(false)));
    }),
    { numRuns: 10 },
  );
}, 30_000);

test('while the API server is away the last holder may restore empty proxies at once, others after a minute', async () => {
  const [first, second] = [replica('a'), replica('b')];
  first.election.start();
  await answered();
  second.election.start();
  await pass(4000);
  const restorers = () => [first, second].map(({ election }) => election.mayRestore());
  expect(restorers()).toEqual([false, false]);
  server.intercept = () => ({ status: 503, message: 'away' });
  await pass(9000);
  expect([first.election.mayPush(), ...restorers()]).toEqual([true, false, false]);
  await pass(3000);
  expect([first.election.mayPush(), ...restorers()]).toEqual([false, true, false]);
  await pass(45_000);
  expect(restorers()).toEqual([true, false]);
  await pass(10_000);
  expect(restorers()).toEqual([true, true]);
  server.intercept = () => ({ status: 403, message: 'there, and refusing' });
  await pass(3000);
  expect(restorers()).toEqual([false, false]);
  server.intercept = () => undefined;
  await pass(20_000);
  expect(restorers()).toEqual([false, false]);
  expect([first, second].filter(({ election }) => election.mayPush())).toHaveLength(1);
});

test('a replica that starts while the API server is away may restore after a minute, and never once it has ended', async () => {
  const only = replica('a');
  server.intercept = () => ({ status: 503, message: 'away' });
  only.election.start();
  await pass(58_000);
  expect(only.election.mayRestore()).toBe(false);
  await pass(5000);
  expect(only.election.mayRestore()).toBe(true);
  await only.election.stop(false);
  expect(only.election.mayRestore()).toBe(false);
});
