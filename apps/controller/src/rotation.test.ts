import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { createTestPki } from '@silverback/test-certificates';
import { commonHash, type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import { ingressManifest, serviceManifest } from './testing/manifests.ts';

jest.setTimeout(30_000);

let fleet: EmulatedFleet;
afterEach(() => fleet.close());

interface FleetWithIdentity {
  readonly identity: {
    readonly generation: number;
    readonly expiresAt: string;
    readonly caExpiresAt: string;
    readonly problem?: { readonly code: string };
  };
}

test('a client certificate is replaced without a restart; an unusable one is refused and shown', async () => {
  fleet = await startEmulatedFleet(2);
  fleet.workspace.write(
    'manifests/cart.yaml',
    serviceManifest('cart') + '---\n' + ingressManifest('cart', '/cart', 'cart'),
  );
  const controller = fleet.run();
  await controller.until(() => commonHash(fleet.proxies) !== undefined);
  const identity = async (): Promise<FleetWithIdentity['identity']> => {
    const [report] = JSON.parse((await controller.health('/fleets')).body) as [FleetWithIdentity];
    return report.identity;
  };
  expect((await identity()).generation).toBe(1);

  const renewed = await fleet.issueClient('renewed');
  fleet.workspace.write('tls.crt', renewed.certificate);
  fleet.workspace.write('tls.key', renewed.key);
  // A reading between the two files is refused as what it is, and mends itself.
  await controller.line({ event: 'identity-rolled', because: 'credentials-changed' });
  expect(await identity()).toMatchObject({ generation: 2 });

  const before = commonHash(fleet.proxies);
  fleet.workspace.write('manifests/pay.yaml', ingressManifest('pay', '/pay', 'cart'));
  await controller.until(() => ![undefined, before].includes(commonHash(fleet.proxies)));

  const from = controller.lines.length;
  const stranger = await createTestPki({ serverNames: ['x'] });
  fleet.workspace.write('tls.key', stranger.client.key);
  const refused = await controller.line({ event: 'identity-refused', code: 'TlsKeyMismatch' }, from);
  expect(refused).toMatchObject({ level: 'error', fleet: 'edge', generation: 2 });
  const shown = await identity();
  expect(shown).toMatchObject({ generation: 2, problem: { code: 'TlsKeyMismatch' } });
  const { body } = await controller.health('/metrics');
  const expiry = 'silverback_certificate_expiry_timestamp_seconds{fleet="edge"';
  expect(body).toContain(`${expiry},kind="client"} ${Date.parse(shown.expiresAt) / 1000}`);
  expect(body).toContain(`${expiry},kind="ca"} ${Date.parse(shown.caExpiresAt) / 1000}`);
  expect(body).toContain('silverback_identity_generation{fleet="edge"} 2');
  expect(body).toMatch(/silverback_identity_reload_failures_total\{fleet="edge"\} [1-9]/);

  const pushes = controller.lines.filter(({ event }) => event === 'pushed');
  expect(new Set(pushes.map(({ result }) => result))).toEqual(new Set(['accepted']));
  expect(JSON.stringify(controller.lines)).not.toContain('PRIVATE KEY');
});

test('a fleet whose credentials cannot be used at the start waits for better ones, and no other fleet with it', async () => {
  fleet = await startEmulatedFleet(2);
  const { workspace, proxies } = fleet;
  const stranger = await createTestPki({ serverNames: ['x'] });
  workspace.write('broken.key', stranger.client.key);
  const serverName = 'kong-admin.kong.svc';
  const tls = { caFile: 'ca.crt', certFile: 'tls.crt', serverName };
  const fleetOf = (name: string, index: number, keyFile: string): object => ({
    name,
    discovery: [{ static: { proxies: [proxies[index]?.adminUrl] } }],
    adminApi: { tls: { ...tls, keyFile } },
  });
  workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [fleetOf('broken', 0, 'broken.key'), fleetOf('sound', 1, 'tls.key')],
    }),
  );
  const controller = fleet.run();
  await controller.line({ event: 'pushed', fleet: 'sound', result: 'accepted' });
  await controller.line({ event: 'identity-refused', fleet: 'broken', code: 'TlsKeyMismatch' });
  await controller.line({
    event: 'state-changed',
    fleet: 'broken',
    to: 'unreachable',
    code: 'TlsKeyMismatch',
  });
  const [broken] = JSON.parse((await controller.health('/fleets')).body) as [FleetWithIdentity];
  expect(broken.identity).toMatchObject({ generation: 0, problem: { code: 'TlsKeyMismatch' } });
  expect(proxies[0]?.pushes).toEqual([]);

  workspace.write('broken.key', readFileSync(join(workspace.path, 'tls.key'), 'utf8'));
  await controller.line({ event: 'identity-rolled', fleet: 'broken', generation: 1 });
  await controller.line({ event: 'pushed', fleet: 'broken', result: 'accepted' });
});
