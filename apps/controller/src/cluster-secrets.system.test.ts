import { clientSecret, startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { ingressManifest, rateLimitManifest, serviceManifest } from './testing/manifests.ts';

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

const LEDGER = { apiVersion: 'v1', kind: 'Secret', namespace: 'silverback', name: 'silverback-ledger-edge' };
const CLIENT = { ...LEDGER, name: 'admin-client' };

test('what Kong refused is known to a replica that comes later, from the Secret of the ledger', async () => {
  set = await startEmulatedCluster(1);
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(rateLimitManifest('limit', 0));
  cluster.loadYaml(ingressManifest('shop', '/', 'web', { 'konghq.com/plugins': 'limit' }));
  const first = set.run();
  await first.line({ event: 'quarantined' });
  await first.line({ event: 'released' });
  expect(cluster.objects.get(LEDGER)?.['type']).toBe('silverback.dev/ledger');
  await first.stop();
  cluster.loadYaml(ingressManifest('other', '/other', 'web'));
  const second = set.run();
  await second.line({ event: 'released' });
  expect(JSON.parse((await second.health('/fleets')).body)).toMatchObject([
    { held: [{ root: 'KongPlugin/shop/limit' }] },
  ]);
  expect(second.lines.filter(({ event }) => event === 'quarantined')).toEqual([]);
  // Mended: the entry ends, also in the Secret.
  const before = cluster.objects.get(LEDGER)?.metadata['resourceVersion'];
  cluster.loadYaml(rateLimitManifest('limit', 5));
  await cluster.until(() => cluster.objects.get(LEDGER)?.metadata['resourceVersion'] !== before);
});

test('while the Secret of the ledger cannot be read, nothing is sent and the controller says why', async () => {
  set = await startEmulatedCluster(1);
  const { cluster, proxies } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  const end = cluster.fault({
    type: 'refuse',
    status: 503,
    on: { plural: 'secrets', namespace: 'silverback' },
  });
  const controller = set.run();
  await controller.line({ event: 'started' });
  await controller.line({ event: 'translated' });
  const { status, body } = await controller.health('/readyz');
  expect([status, JSON.parse(body)]).toMatchObject([
    503,
    { ready: false, missing: ['fleet edge: its ledger has not been read'] },
  ]);
  expect(proxies[0]?.configurationHash).toBe('0'.repeat(32));
  end();
  await controller.line({ event: 'released' });
  expect((await controller.health('/readyz')).status).toBe(200);
});

test('the identity of a fleet comes from a Secret, and a new one is used without a restart', async () => {
  set = await startEmulatedCluster(1, { tls: true });
  const { cluster } = set;
  cluster.loadYaml(serviceManifest('web'));
  cluster.loadYaml(ingressManifest('shop', '/', 'web'));
  const controller = set.run();
  await controller.line({ event: 'released' });
  const data = cluster.objects.get(CLIENT)?.['data'] as Readonly<Record<string, string>>;
  const ca = Buffer.from(data['ca.crt'] ?? '', 'base64').toString('utf8');
  cluster.objects.load([clientSecret(ca, { certificate: 'no certificate', key: 'none' })]);
  await controller.line({ event: 'identity-refused', where: 'fleet edge: Secret silverback/admin-client' });
  cluster.objects.load([clientSecret(ca, await set.issueClient('another-controller'))]);
  await controller.line({ event: 'identity-rolled', generation: 2 });
  const from = controller.lines.length;
  cluster.loadYaml(ingressManifest('other', '/other', 'web'));
  await controller.line({ event: 'released' }, from);
});

test('a Secret that is not there ends the start with an error that names it', async () => {
  set = await startEmulatedCluster(1, { tls: true });
  set.cluster.objects.delete(CLIENT);
  const controller = set.run();
  await expect(controller.line({ event: 'started' })).rejects.toThrow(
    /CredentialUnreadable: .*Secret silverback\/admin-client: the Secret cannot be used: it does not exist/,
  );
  expect(await controller.stop()).toBe(3);
});
