import type { KongEmulator } from '@silverback/kong-emulator';
import { startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { commonHash } from './testing/emulated-fleet.ts';
import { ingressManifest, serviceManifest } from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';

/** The API server is away for longer than all of this. */
const LEASE = { leaseDuration: '6s', renewDeadline: '4s', retryPeriod: '800ms' };

const ADMIN_SERVICE = `apiVersion: v1
kind: Service
metadata: { name: kong-admin, namespace: kong }
spec: { clusterIP: None }
`;

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

/** Writes the list of proxies that the controller follows. */
function list(proxies: readonly KongEmulator[]): void {
  set.workspace.write('proxies.txt', proxies.map(({ adminUrl }) => `${adminUrl}\n`).join(''));
}

function start(): RunningSilverback {
  return set.run({
    leaderElection: { leaseNamespace: 'silverback', ...LEASE },
    fleets: [
      {
        name: 'edge',
        insecure: true,
        discovery: [{ static: { file: 'proxies.txt' } }, { endpoints: { service: 'kong/kong-admin' } }],
      },
    ],
  });
}

test('while the API server is away proxies keep what they hold, empty ones get it again, and all goes on afterwards', async () => {
  set = await startEmulatedCluster(4);
  const { cluster, proxies } = set;
  const [steady, restarted, ...found] = proxies as [KongEmulator, KongEmulator, ...KongEmulator[]];
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  cluster.loadYaml(ADMIN_SERVICE);
  list([steady, restarted]);
  const controller = start();
  await controller.until(() => commonHash([steady, restarted]) !== undefined);
  const held = commonHash([steady, restarted]);
  await controller.line({ event: 'pushed', result: 'accepted' });

  await cluster.stopListening();
  await controller.line({ event: 'leadership', state: 'standby' });
  // Nobody tells that the API server says nothing any more; the age does.
  const [report] = JSON.parse((await controller.health('/fleets')).body) as [
    { sources: { lastGoodAgeMs: number }[] },
  ];
  expect(report.sources).toMatchObject([
    { source: 'static', lastGoodAgeMs: 0 },
    { source: 'endpoints', health: { state: 'ok' } },
  ]);
  expect(report.sources[1]?.lastGoodAgeMs).toBeGreaterThan(0);
  const from = controller.lines.length;
  // One that was known comes back empty, others are added to the list.
  await restarted.stop();
  await restarted.start({ wipe: true });
  list(proxies);
  await controller.until(() => commonHash(proxies) === held);
  expect(steady.pushes).toHaveLength(1);
  expect(restarted.pushes.map(({ hash }) => hash)).toEqual([held, held]);
  for (const proxy of found) expect(proxy.pushes.map(({ hash }) => hash)).toEqual([held]);

  // What changed meanwhile is not lost.
  cluster.loadYaml(ingressManifest('cart', '/cart', 'web'));
  await cluster.listenAgain();
  await controller.line({ event: 'leadership', state: 'leader' }, from);
  await controller.until(() => ![held, undefined].includes(commonHash(proxies)));
  expect(controller.lines.slice(from).map(({ event }) => event)).not.toContain('quarantined');
  for (const { pushes } of proxies) expect(pushes.filter(({ status }) => status !== 201)).toEqual([]);
});
