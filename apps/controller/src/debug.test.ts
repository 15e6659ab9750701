import { createTestCa } from '@silverback/test-certificates';
import { type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import {
  ingressManifest,
  serviceManifest,
  tlsIngressManifest,
  tlsSecretManifest,
} from './testing/manifests.ts';

let fleet: EmulatedFleet;

beforeEach(async () => {
  fleet = await startEmulatedFleet(1);
});
afterEach(async () => {
  await fleet.close();
});

test('debugging shows what the proxies should hold, without secrets, and what is wrong', async () => {
  const { certificate, key } = await (await createTestCa('CA')).issueServer(['shop.example']);
  const secret = tlsSecretManifest('shop-tls', certificate, key);
  fleet.workspace.write(
    'manifests/shop.yaml',
    [
      serviceManifest('cart'),
      ingressManifest('cart', '/cart', 'cart'),
      ingressManifest('lost', '/lost', 'nowhere'),
      tlsIngressManifest('tls', 'shop.example', 'shop-tls'),
      secret,
    ].join('---\n'),
  );
  const controller = fleet.run(['--debug-enabled', 'true', '--debug-address', '127.0.0.1:0']);
  const { port } = await controller.line({ event: 'debug-served' });
  await controller.line({ event: 'state-changed', to: 'in-sync' });
  const ask = async (path: string): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}/debug/${path}`);
    return response.text();
  };
  const configuration = await ask('configuration?fleet=edge');
  expect(JSON.parse(configuration)).toMatchObject({ certificates: [{ key: '***' }] });
  expect(configuration).not.toContain('PRIVATE KEY');
  expect(await ask('problems')).toContain('ServiceNotFound');
  expect(await ask('sources')).toContain('"source":"static"');
  expect(await ask('configuration?fleet=other')).toBe('{"error":"there is no such thing"}\n');
});
