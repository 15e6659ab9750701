import type { KongEmulator } from '@silverback/kong-emulator';
import { startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { commonHash } from './testing/emulated-fleet.ts';
import { ingressManifest, serviceManifest } from './testing/manifests.ts';
import type { LogLine, RunningSilverback } from './testing/running-silverback.ts';

/** Short, yet long enough for a machine that is busy. */
const LEASE = { leaseDuration: '6s', renewDeadline: '4s', retryPeriod: '800ms' };

/** Longer than the lease, in ms. */
const SLOW_MS = 8_000;
/** About how long the emulator takes for these configurations where its factor is 1, in ms. */
const ABOUT_MS = 11.5;

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

function replica(): RunningSilverback {
  return set.run({ leaderElection: { leaseNamespace: 'silverback', ...LEASE } }, ['--log-level', 'debug']);
}

/** Two replicas: the first one leads, the second one knows everything, and all proxies hold the same. */
async function leaderAndStandby(): Promise<readonly [RunningSilverback, RunningSilverback]> {
  const leader = replica();
  await leader.line({ event: 'leadership', state: 'leader' });
  const standby = replica();
  await leader.until(() => commonHash(set.proxies) !== undefined);
  const seen = new Set<unknown>();
  await standby.until(() => {
    for (const { event, proxy, to } of standby.lines)
      if (event === 'state-changed' && to === 'in-sync') seen.add(proxy);
    return seen.size === set.proxies.length;
  });
  return [leader, standby];
}

/** How a proxy is named in the log. */
function hostOf({ adminUrl }: KongEmulator): string {
  return new URL(adminUrl).host;
}

/** When a line was logged, in ms since the epoch. */
function timeOf(line: LogLine): number {
  return new Date(line['time'] as string).getTime();
}

function acceptedBy({ pushes }: KongEmulator): readonly { readonly hash: string; readonly at: number }[] {
  return pushes.filter(({ status }) => status === 201);
}

test('when the leader dies in the middle of a push, the other replica brings that to its end, and sends nothing twice', async () => {
  // Some take a second to apply, some can't be reached for the moment.
  const isSlow = (index: number): boolean => index >= 17;
  set = await startEmulatedCluster(20, {
    optionsOf: (index) => ({ applyDelay: isSlow(index) && { factor: 100 } }),
  });
  const { cluster, proxies } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  const [leader, standby] = await leaderAndStandby();
  const before = commonHash(proxies);

  const unreached = proxies.slice(12, 17);
  for (const proxy of unreached) proxy.fault({ type: 'refuse-connections' });
  const from = leader.lines.length;
  cluster.loadYaml(ingressManifest('cart', '/cart', 'web'));
  const { hash } = await leader.line({ event: 'released' }, from);
  // Any of the slow ones but those that the trial went to.
  const slow = new Map(proxies.filter((_, index) => isSlow(index)).map((proxy) => [hostOf(proxy), proxy]));
  const isCaught = ({ event, proxy }: LogLine): boolean =>
    event === 'push-started' && slow.has(String(proxy));
  const afterRelease = () =>
    leader.lines.slice(leader.lines.findIndex(({ event }, index) => index >= from && event === 'released'));
  await leader.until(() => afterRelease().some(isCaught));
  await leader.stop('SIGKILL');
  const caught = afterRelease()
    .filter(isCaught)
    .map(({ proxy }) => slow.get(String(proxy)));
  expect(new Set(caught.map((proxy) => proxy?.configurationHash))).toEqual(new Set([before]));
  expect(unreached.map(({ configurationHash }) => configurationHash)).not.toContain(hash);
  for (const proxy of unreached) proxy.clearFaults();

  const takeOver = await standby.line({ event: 'leadership', state: 'leader' });
  await standby.until(() => commonHash(proxies) === hash);
  // What the dead leader had sent in full was applied without it. Who held it is left alone.
  const isSettled = (proxy: KongEmulator): boolean =>
    acceptedBy(proxy).some((push) => push.hash === hash && push.at < timeOf(takeOver));
  const settled = proxies.filter(isSettled);
  expect(settled).not.toHaveLength(0);
  for (const { pushes } of settled) expect(pushes.filter(({ at }) => at >= timeOf(takeOver))).toEqual([]);
  for (const proxy of unreached) expect(isSettled(proxy)).toBe(false);
  for (const proxy of proxies)
    expect([...new Set(acceptedBy(proxy).map((push) => push.hash))]).toEqual([before, hash]);
  for (const proxy of proxies) expect(acceptedBy(proxy).at(-1)?.hash).toBe(hash);

  const next = standby.lines.length;
  cluster.loadYaml(ingressManifest('pay', '/pay', 'web'));
  const { hash: last } = await standby.line({ event: 'released' }, next);
  await standby.until(() => commonHash(proxies) === last);
});

test('what a dead leader had sent is overtaken by what its successor wants, however late it is applied', async () => {
  // The last two take longer to apply than the lease lasts.
  set = await startEmulatedCluster(6, {
    optionsOf: (index) => ({
      applyDelay: index >= 4 && { factor: SLOW_MS / ABOUT_MS },
    }),
  });
  const { cluster, proxies } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  const [leader, standby] = await leaderAndStandby();
  const from = leader.lines.length;
  cluster.loadYaml(ingressManifest('cart', '/cart', 'web'));
  const { hash: older } = await leader.line({ event: 'released' }, from);
  await leader.stop('SIGKILL');
  const next = standby.lines.length;
  cluster.loadYaml(ingressManifest('pay', '/pay', 'web'));
  await standby.line({ event: 'leadership', state: 'leader' });
  const { hash: newer } = await standby.line({ event: 'released', routes: 3 }, next);
  await standby.until(() => commonHash(proxies) === newer);
  expect(newer).not.toBe(older);
  for (const proxy of proxies) {
    const accepted = acceptedBy(proxy);
    // Should something older have come last after all, what is wanted must follow within an apply time and two seconds.
    for (const [index, late] of accepted.entries()) {
      if (late.hash !== older || accepted[index - 1]?.hash !== newer) continue;
      expect((accepted[index + 1]?.at ?? Number.POSITIVE_INFINITY) - late.at).toBeLessThan(SLOW_MS + 2_000);
    }
    expect(accepted.at(-1)?.hash).toBe(newer);
  }
});
