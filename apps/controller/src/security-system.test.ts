import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type EmulatedFleet, startEmulatedFleet } from './testing/emulated-fleet.ts';
import { pki, SERVER_NAME, startTls, stopAll, TOKEN } from './testing/hostile-proxy.ts';
import { tlsIngressManifest, tlsSecretManifest } from './testing/manifests.ts';
import { RunningSilverback } from './testing/running-silverback.ts';
import { silverback } from './testing/silverback.ts';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

jest.setTimeout(30_000);

let fleet: EmulatedFleet | undefined;
let workspace: Workspace;
let controller: RunningSilverback | undefined;
beforeEach(() => {
  workspace = makeWorkspace();
});
afterEach(async () => {
  await controller?.stop();
  await fleet?.close();
  await stopAll();
  workspace.close();
  [controller, fleet] = [undefined, undefined];
});

test('28. a CA of the system, and an environment that switches verification off', async () => {
  fleet = await startEmulatedFleet(1);
  const system = fleet.workspace.write(
    'system.crt',
    readFileSync(join(fleet.workspace.path, 'ca.crt'), 'utf8'),
  );
  fleet.workspace.write('ca.crt', pki.otherCa.certificate);
  const running = fleet.run([], {
    env: { NODE_EXTRA_CA_CERTS: system, NODE_TLS_REJECT_UNAUTHORIZED: '0', SSL_CERT_FILE: system },
  });
  const line = await running.line({ event: 'state-changed', to: 'unreachable' });
  expect(line).toMatchObject({ code: 'TlsServerUntrusted' });
  expect(fleet.proxies[0]?.pushes).toEqual([]);
});

test('29. a proxy that answers with everything it was sent, for the log, the report and the metrics', async () => {
  const proxy = await startTls(pki.server, (request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      if (request.url === '/') {
        response.end(
          JSON.stringify({
            version: '3.9.3',
            node_id: '0ba1a1a1-0000-4000-8000-000000000001',
            hostname: 'kong-0',
            configuration: { router_flavor: 'traditional_compatible', database: 'off' },
            plugins: { available_on_server: {} },
          }),
        );
      } else if (request.method === 'GET') {
        response.end(JSON.stringify({ configuration_hash: '0'.repeat(32) }));
      } else {
        const message = `${TOKEN.length} ${Buffer.concat(pieces).toString()}`;
        const errors = [{ type: 'field', field: message, message }];
        const entity = { entity_type: 'certificate', entity_name: message, entity: message, errors };
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({ message, fields: { certificates: [message] }, flattened_errors: [entity] }),
        );
      }
    });
  });
  workspace.write('ca.crt', pki.ca.certificate);
  workspace.write('tls.crt', pki.client.certificate);
  workspace.write('tls.key', pki.client.key);
  workspace.write('token', TOKEN);
  workspace.write('manifests/tls.yaml', tlsIngressManifest('tls', 'shop.example', 'shop-tls'));
  const { certificate, key } = await pki.issueServer(['shop.example']);
  workspace.write('manifests/secret.yaml', tlsSecretManifest('shop-tls', certificate, key));
  const settings = workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [
        {
          name: 'edge',
          discovery: [{ static: { proxies: [`https://127.0.0.1:${proxy.port}`] } }],
          adminApi: {
            tls: { caFile: 'ca.crt', certFile: 'tls.crt', keyFile: 'tls.key', serverName: SERVER_NAME },
            tokenFile: 'token',
          },
        },
      ],
    }),
  );
  controller = new RunningSilverback(settings, ['--log-level', 'trace']);
  await controller.line({ event: 'pushed', result: 'refused' });
  const shown = [JSON.stringify(controller.lines), controller.stderr];
  for (const path of ['/fleets', '/metrics']) shown.push((await controller.health(path)).body);
  expect(proxy.requests).toContain(`GET /status ${TOKEN}`);
  for (const secret of [key, pki.client.key]) expect(shown.join()).not.toContain(secret.split('\n')[1]);
  expect(shown.join()).not.toContain(TOKEN);
});

test('30. plain http to a proxy of a fleet that does not allow it', async () => {
  workspace.write('ca.crt', pki.ca.certificate);
  workspace.write('manifests/.keep', '');
  const settings = workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      fleets: [
        {
          name: 'edge',
          discovery: [{ static: { proxies: ['http://127.0.0.1:8001'] } }],
          adminApi: { tls: { caFile: 'ca.crt' } },
        },
      ],
    }),
  );
  const { exitCode, stderr } = await silverback(['run', '--config', settings]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('fleets[0].discovery[0].static.proxies[0]');
});

test('31. a forged slice that leads to an address or a host name with a certificate for just that', async () => {
  const proxy = await startTls(await pki.issueServer(['127.0.0.1', 'localhost']));
  workspace.write('ca.crt', pki.ca.certificate);
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kong-admin', namespace: 'kong' } };
  const slice = (addressType: string, address: string): object => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `forged-${addressType.toLowerCase()}`,
      namespace: 'kong',
      labels: { 'kubernetes.io/service-name': 'kong-admin' },
      annotations: { serverName: address },
    },
    addressType,
    ports: [{ name: 'admin-tls', port: proxy.port }],
    endpoints: [{ addresses: [address], hostname: 'localhost' }],
  });
  const forged = [service, slice('IPv4', '127.0.0.1'), slice('FQDN', 'localhost')];
  workspace.write('manifests/forged.yaml', forged.map((object) => JSON.stringify(object)).join('\n---\n'));
  const settings = workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [
        {
          name: 'edge',
          discovery: [{ endpoints: { service: 'kong/kong-admin' } }],
          adminApi: { tls: { caFile: 'ca.crt' } },
        },
      ],
    }),
  );
  controller = new RunningSilverback(settings);
  for (const host of ['127.0.0.1', 'localhost']) {
    const line = await controller.line({ event: 'state-changed', proxy: `${host}:${proxy.port}` });
    expect(line).toMatchObject({ to: 'unreachable', code: 'TlsServerNameMismatch' });
  }
  expect(proxy.requests).toEqual([]);
});

test('32. the name of a file, to forge lines for a terminal', async () => {
  workspace.write('manifests/x\nsilverback: all is well\u001b[2J\u009b.yaml', 'a: [');
  const { exitCode, stderr } = await silverback(['translate', '-f', `${workspace.path}/manifests`]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^error: \S+\/x\\u000asilverback: all is well\\u001b\[2J\\u009b\.yaml:1: .*\n$/);
});
