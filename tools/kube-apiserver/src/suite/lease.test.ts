import { SystemClock } from '@silverback/clock';
import { LeaderElection, type LeadershipState } from '@silverback/kubernetes';
import { TestCluster } from '../testing/cluster.ts';

// Two replicas and one Lease of a real API server.

const LEASES = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.namespace('shop');
});
afterAll(() => cluster.close());

/** A replica whose changes of part can be waited for. */
class Replica {
  readonly election: LeaderElection;
  readonly failures: unknown[] = [];
  #wake: () => void = () => undefined;

  constructor(identity: string, lease: string, http = cluster.admin.http) {
    this.election = new LeaderElection({
      http,
      clock: new SystemClock(),
      identity,
      namespace: 'shop',
      name: lease,
      leaseDurationMs: 3000,
      renewDeadlineMs: 2000,
      retryPeriodMs: 200,
      isLive: () => true,
      appliedVersions: () => ({ Service: '1' }),
      reached: () => Promise.resolve(),
      onEvent: (event) => {
        if (event.type === 'failed') this.failures.push(event.error);
        this.#wake();
      },
    });
    this.election.start();
  }

  async is(state: LeadershipState): Promise<void> {
    while (this.election.state !== state) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

test('one leads, another takes over when that is gone without a word, and the Lease tells', async () => {
  const client = cluster.client(cluster.controlPlane.adminToken);
  const first = new Replica('first', 'taken', client.http);
  await first.is('leader');
  const second = new Replica('second', 'taken');
  try {
    expect(first.election.mayPush()).toBe(true);
    // As when its node is gone: nothing that it asks is answered.
    await client.close();
    await first.is('standby');
    expect([first.election.mayPush(), second.election.mayPush()]).toEqual([false, false]);
    await second.is('leader');
    const lease = (await cluster.admin.get(`${LEASES}/taken`)) as unknown as { spec: object };
    expect(lease.spec).toMatchObject({
      holderIdentity: 'second',
      leaseTransitions: 1,
      leaseDurationSeconds: 3,
    });
    expect(second.failures).toEqual([]);
  } finally {
    await first.election.stop(false);
    await second.election.stop(true);
  }
});

test('a lease that is given back is taken without waiting for it to run out', async () => {
  const first = new Replica('first', 'given');
  await first.is('leader');
  const second = new Replica('second', 'given');
  await first.election.stop(true);
  await second.is('leader');
  expect(second.election.holder).toBe('second');
  await second.election.stop(true);
  const lease = (await cluster.admin.get(`${LEASES}/given`)) as unknown as {
    spec: { holderIdentity?: string };
  };
  expect(lease.spec.holderIdentity ?? '').toBe('');
});

test('of two that come at once only one leads', async () => {
  const replicas = ['a', 'b', 'c'].map((identity) => new Replica(identity, 'raced'));
  await Promise.race(replicas.map((replica) => replica.is('leader')));
  expect(replicas.filter(({ election }) => election.state !== 'standby')).toHaveLength(1);
  await Promise.all(replicas.map(({ election }) => election.stop(false)));
});
