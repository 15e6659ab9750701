import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderChart, type RenderedObject } from '../render.ts';
import { testWithHelm } from '../testing/with-helm.ts';

const SILVERBACK = fileURLToPath(new URL('../../../../apps/controller/bin/silverback.mjs', import.meta.url));

function gateway(values: object = {}, namespace = 'silverback'): readonly RenderedObject[] {
  return renderChart({ values: { ...values, gateway: { enabled: true } }, namespace });
}

function named(objects: readonly RenderedObject[], kind: string, name: string): RenderedObject {
  const object = objects.find((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  if (object === undefined) throw new Error(`there is no ${kind} ${name}`);
  return object;
}

function environment(objects: readonly RenderedObject[]): Readonly<Record<string, string>> {
  const spec = named(objects, 'Deployment', 'silverback-gateway')['spec'] as {
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly env: readonly { name: string; value: string }[] }[];
      };
    };
  };
  const [container] = spec.template.spec.containers;
  return Object.fromEntries(container?.env.map(({ name, value }) => [name, value]) ?? []);
}

function secretData(objects: readonly RenderedObject[], name: string) {
  const data = named(objects, 'Secret', name)['data'] as Readonly<Record<string, string>>;
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  return { ca: text('ca.crt'), cert: text('tls.crt'), key: text('tls.key') };
}

testWithHelm('proxies are set up as `silverback pki init` says', () => {
  const folder = mkdtempSync(join(tmpdir(), 'silverback-pki-'));
  try {
    const args = ['pki', 'init', '--fleet', 'edge', '--format', 'secrets', '--out', join(folder, 'pki')];
    const { stdout } = spawnSync(process.execPath, [SILVERBACK, ...args], { encoding: 'utf8' });
    const said = [...stdout.matchAll(/^(KONG_\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]);
    expect(said.length).toBeGreaterThan(8);
    expect(environment(gateway())).toMatchObject(Object.fromEntries(said) as object);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

testWithHelm('both limits of a body follow one value, and nothing of the chart can be set otherwise', () => {
  const config = { admin_listen: '0.0.0.0:8001', log_level: 'debug', nginx_worker_processes: 4 };
  const objects = renderChart({
    values: { gateway: { enabled: true, adminBodySize: '128m', lmdbMapSize: '4096m', config } },
  });
  expect(environment(objects)).toMatchObject({
    KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE: '128m',
    KONG_NGINX_ADMIN_CLIENT_BODY_BUFFER_SIZE: '128m',
    KONG_LMDB_MAP_SIZE: '4096m',
    KONG_ADMIN_LISTEN: '0.0.0.0:8444 ssl',
    KONG_LOG_LEVEL: 'debug',
    KONG_NGINX_WORKER_PROCESSES: '4',
  });
});

testWithHelm(
  'the controller finds the proxies before they are ready, and by the name in their certificate',
  async () => {
    const objects = gateway({}, 'system');
    const service = named(objects, 'Service', 'silverback-admin');
    expect(service['spec']).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ name: 'admin-tls', port: 8444 }],
    });
    const settings = named(objects, 'ConfigMap', 'silverback')['data'] as Record<string, string>;
    expect(settings['settings.yaml']).toContain('service: system/silverback-admin');
    // Without a serverName in the settings, discovery by endpoints asks for `service.namespace.svc`.
    expect(await greet(objects, 'silverback-admin.system.svc')).toBe('controller accepted');
    await expect(greet(objects, 'kong-admin.kong.svc')).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  },
);

/** A server with the proxies' certificate, and a client with the controller's. */
async function greet(objects: readonly RenderedObject[], servername: string): Promise<string> {
  const proxy = secretData(objects, 'silverback-edge-proxy');
  const controller = secretData(objects, 'silverback-edge-controller');
  const server = createServer(
    { ...proxy, requestCert: true, rejectUnauthorized: true },
    (_request, response) => {
      response.end('controller accepted');
    },
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const asked = request({ host: '127.0.0.1', port, servername, agent: false, ...controller }).end();
    const [answer] = (await once(asked, 'response')) as [AsyncIterable<Buffer>];
    let text = '';
    for await (const chunk of answer) text += chunk.toString();
    return text;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

testWithHelm('Ingresses show the addresses of the gateway, unless the settings say otherwise', () => {
  const settingsOf = (values: object) =>
    (named(gateway(values), 'ConfigMap', 'silverback')['data'] as Record<string, string>)['settings.yaml'];
  expect(settingsOf({})).toContain('publishService: silverback/silverback-proxy');
  const publishAddresses = ['192.0.2.1'];
  expect(settingsOf({ settings: { status: { publishAddresses } } })).not.toContain('publishService');
});

testWithHelm('certificates that come from elsewhere are not made, and are mounted', () => {
  const objects = renderChart({
    values: {
      credentials: { edge: { secretName: 'ours' } },
      gateway: { enabled: true, tls: { generate: false, secretName: 'theirs' } },
    },
  });
  expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  expect(JSON.stringify(named(objects, 'Deployment', 'silverback'))).toContain('"name":"ours"');
  expect(JSON.stringify(named(objects, 'Deployment', 'silverback-gateway'))).toContain(
    '"secretName":"theirs"',
  );
});

testWithHelm('only the controller reaches the Admin API', () => {
  const policy = named(gateway(), 'NetworkPolicy', 'silverback-gateway');
  const { ingress } = policy['spec'] as {
    readonly ingress: readonly {
      readonly ports: readonly { readonly port: string }[];
      readonly from?: object;
    }[];
  };
  const rules = ingress.filter(({ ports }) => ports.some(({ port }) => port === 'admin-tls'));
  expect(rules).toMatchObject([
    { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': 'controller' } } }] },
  ]);
});
