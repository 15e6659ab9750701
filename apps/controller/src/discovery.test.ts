import { commonHash, type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import { ingressManifest, serviceManifest } from './testing/manifests.ts';

let fleet: EmulatedFleet;
afterEach(async () => {
  await fleet.close();
});

const SERVICE = `apiVersion: v1
kind: Service
metadata: { name: kong-admin, namespace: kong }
spec: { clusterIP: None, ports: [{ name: admin-tls, port: 8444 }] }
`;

/** A slice for one emulated proxy: each has a port of its own. */
function sliceManifest(index: number, conditions: object = { ready: false }): string {
  const port = Number(new URL(fleet.proxies[index]?.adminUrl ?? '').port);
  return JSON.stringify({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `kong-admin-${index}`,
      namespace: 'kong',
      labels: { 'kubernetes.io/service-name': 'kong-admin' },
    },
    addressType: 'IPv4',
    ports: [{ name: 'admin-tls', port }],
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions,
        targetRef: { kind: 'Pod', namespace: 'kong', name: `kong-${index}`, uid: `uid-${index}` },
      },
    ],
  });
}

function writeSettings(discovery: readonly object[], tls: object = {}): void {
  fleet.workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [
        {
          name: 'edge',
          discovery,
          adminApi: { tls: { caFile: 'ca.crt', certFile: 'tls.crt', keyFile: 'tls.key', ...tls } },
        },
      ],
    }),
  );
}

test('proxies come and go with the endpoints of a Service, and stay while the Service is gone', async () => {
  fleet = await startEmulatedFleet(3);
  const { workspace, proxies } = fleet;
  writeSettings([{ endpoints: { service: 'kong/kong-admin' } }]);
  workspace.write(
    'manifests/shop.yaml',
    `${serviceManifest('cart')}---\n${ingressManifest('cart', '/', 'cart')}`,
  );
  workspace.write('manifests/service.yaml', SERVICE);
  workspace.write('manifests/slice-0.yaml', sliceManifest(0));
  workspace.write('manifests/slice-1.yaml', sliceManifest(1));
  const controller = fleet.run();
  await controller.line({ event: 'membership', origin: 'endpoints', proxies: 2 });
  await controller.until(() => commonHash(proxies.slice(0, 2)) !== undefined);

  workspace.write('manifests/slice-2.yaml', sliceManifest(2));
  await controller.line({ event: 'membership', proxies: 3 });
  await controller.until(() => commonHash(proxies) !== undefined);

  workspace.remove('manifests/service.yaml');
  expect(await controller.line({ event: 'source-failed' })).toMatchObject({
    source: 'endpoints',
    code: 'DiscoveryServiceMissing',
  });
  const [report] = JSON.parse((await controller.health('/fleets')).body) as [
    { proxies: unknown[]; sources: unknown[] },
  ];
  expect(report.proxies).toHaveLength(3);
  expect(report.sources).toMatchObject([{ source: 'endpoints', members: 3, health: { state: 'failing' } }]);

  workspace.write('manifests/service.yaml', SERVICE);
  await controller.line({ event: 'source-recovered' });
  workspace.remove('manifests/slice-1.yaml');
  await controller.line({ event: 'left', proxy: new URL(proxies[1]?.adminUrl ?? '').host });
});

test('an address that two sources find is one proxy, and each source is shown', async () => {
  fleet = await startEmulatedFleet(2);
  const { workspace, proxies } = fleet;
  const urls = proxies.map(({ adminUrl }) => adminUrl);
  writeSettings([
    { endpoints: { service: 'kong/kong-admin' } },
    { static: { file: 'proxies.txt' } },
    { static: { proxies: [] } },
  ]);
  workspace.write('proxies.txt', `${urls.join('\n')}\n`);
  workspace.write('manifests/service.yaml', SERVICE);
  workspace.write('manifests/slice-0.yaml', sliceManifest(0));
  const controller = fleet.run();
  await controller.line({ event: 'membership', proxies: 2 });
  const [report] = JSON.parse((await controller.health('/fleets')).body) as [
    { proxies: { origin: string }[]; sources: { source: string; members: number }[] },
  ];
  expect(report.proxies.map(({ origin }) => origin).sort()).toEqual(['endpoints,static', 'static']);
  expect(report.sources.map(({ source, members }) => [source, members])).toEqual([
    ['endpoints', 1],
    ['static', 2],
    ['static-2', 0],
  ]);
  workspace.write('proxies.txt', '');
  await controller.line({ event: 'membership', proxies: 1 });
});

test('a backend is swapped by its lines in the settings only, and nothing is sent for it', async () => {
  fleet = await startEmulatedFleet(2);
  const { workspace, proxies } = fleet;
  workspace.write(
    'manifests/shop.yaml',
    `${serviceManifest('cart')}---\n${ingressManifest('cart', '/', 'cart')}`,
  );
  workspace.write('manifests/service.yaml', SERVICE);
  for (const index of [0, 1]) workspace.write(`manifests/slice-${index}.yaml`, sliceManifest(index));
  workspace.write('proxies.txt', proxies.map(({ adminUrl }) => `${adminUrl}\n`).join(''));
  const pushes = (): number => proxies.reduce((sum, proxy) => sum + proxy.pushes.length, 0);
  let sent: number | undefined;
  for (const [origin, discovery] of [
    ['static', { static: { file: 'proxies.txt' } }],
    ['endpoints', { endpoints: { service: 'kong/kong-admin' } }],
    ['static', { static: { proxies: proxies.map(({ adminUrl }) => adminUrl) } }],
  ] as const) {
    writeSettings([discovery], { serverName: 'kong-admin.kong.svc' });
    const controller = fleet.run();
    await controller.line({ event: 'membership', origin, proxies: 2 });
    for (const { adminUrl } of proxies)
      await controller.line({ event: 'state-changed', proxy: new URL(adminUrl).host, to: 'in-sync' });
    expect(commonHash(proxies)).toBeDefined();
    expect(await controller.stop()).toBe(0);
    sent ??= pushes();
    expect(pushes()).toBe(sent);
  }
});
