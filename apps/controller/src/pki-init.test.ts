import { X509Certificate } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { SystemClock } from '@silverback/clock';
import { AdminClient } from '@silverback/kong-admin';
import { type KongEmulator, startKongEmulator } from '@silverback/kong-emulator';
import { FileCredentialSource, IdentityKeeper } from '@silverback/transport-security';
import { load } from 'js-yaml';
import { RunningSilverback } from './testing/running-silverback.ts';
import { silverback } from './testing/silverback.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pki-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const read = (path: string): string => readFileSync(path, 'utf8');
const init = (...args: string[]) => silverback(['pki', 'init', '--fleet', 'edge', ...args], { cwd: folder });

/** The two parts of what the command prints. */
function parse(stdout: string) {
  const [, environment = '', settings = ''] = stdout.split(/^# --- .* ---$/m);
  const lines = environment.split('\n').filter((line) => line !== '');
  return {
    kong: Object.fromEntries(lines.map((line) => line.split('=') as [string, string])),
    settings: load(settings) as {
      readonly fleets: {
        readonly discovery: unknown;
        readonly adminApi: {
          readonly tls: {
            readonly caFile: string;
            readonly certFile: string;
            readonly keyFile: string;
            readonly serverName: string;
          };
        };
      }[];
    },
  };
}

/** Asks an emulated proxy that presents these files for its status, as the controller would. */
async function connect(
  proxyFiles: { readonly certificate: string; readonly key: string; readonly clientCa: string },
  tls: { caFile: string; certFile: string; keyFile: string; serverName: string },
): Promise<unknown> {
  const proxy: KongEmulator = await startKongEmulator({ name: 'kong', adminTls: proxyFiles });
  const clock = new SystemClock();
  const { serverName, ...files } = tls;
  const keeper = new IdentityKeeper({ source: new FileCredentialSource(files), clock, serverName });
  await keeper.start();
  const { hostname, port } = new URL(proxy.adminUrl);
  const admin = new AdminClient({
    protocol: 'https',
    host: hostname,
    port: Number(port),
    access: keeper.current,
    clock,
  });
  try {
    return await admin.status();
  } finally {
    await admin.close();
    await keeper.stop();
    await proxy.close();
  }
}

test('what is written and printed makes a connection with mutual TLS, and settings without a mistake', async () => {
  const { exitCode, stdout, stderr } = await init();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).not.toContain('PRIVATE KEY');
  const { kong, settings } = parse(stdout);
  const onProxy = (name: string): string => read(join(folder, 'pki-edge', basename(kong[name] ?? '')));
  const [fleet] = settings.fleets;
  if (!fleet) throw new Error('no fleet');
  const status = await connect(
    {
      certificate: onProxy('KONG_ADMIN_SSL_CERT'),
      key: onProxy('KONG_ADMIN_SSL_CERT_KEY'),
      clientCa: onProxy('KONG_NGINX_ADMIN_SSL_CLIENT_CERTIFICATE'),
    },
    fleet.adminApi.tls,
  );
  expect(status).toMatchObject({ configurationHash: '0'.repeat(32) });
  expect(kong).toMatchObject({
    KONG_ADMIN_LISTEN: '"0.0.0.0:8444 ssl"',
    KONG_NGINX_ADMIN_SSL_VERIFY_CLIENT: 'on',
    KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE: '64m',
    KONG_NGINX_ADMIN_CLIENT_BODY_BUFFER_SIZE: '64m',
    KONG_LMDB_MAP_SIZE: '2048m',
  });
  const file = join(folder, 'silverback.yaml');
  writeFileSync(file, JSON.stringify({ ...settings, source: { directory: { path: folder } } }));
  expect(await silverback(['check-config', file])).toMatchObject({ exitCode: 0, stdout: 'OK\n' });
});

test('with what is printed the controller programs a proxy; only the address and the source are put in', async () => {
  const { stdout } = await init();
  const { kong, settings } = parse(stdout);
  const onProxy = (name: string): string => read(join(folder, 'pki-edge', basename(kong[name] ?? '')));
  const proxy = await startKongEmulator({
    name: 'kong',
    adminTls: {
      certificate: onProxy('KONG_ADMIN_SSL_CERT'),
      key: onProxy('KONG_ADMIN_SSL_CERT_KEY'),
      clientCa: onProxy('KONG_NGINX_ADMIN_SSL_CLIENT_CERTIFICATE'),
    },
  });
  mkdirSync(join(folder, 'manifests'));
  const [fleet] = settings.fleets;
  const file = join(folder, 'silverback.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [{ ...fleet, discovery: [{ static: { proxies: [proxy.adminUrl] } }] }],
    }),
  );
  const controller = new RunningSilverback(file);
  try {
    await controller.line({ event: 'pushed', result: 'accepted' });
    expect(proxy.configurationHash).not.toBe('0'.repeat(32));
  } finally {
    await controller.stop();
    await proxy.close();
  }
});

test('in a cluster the Service leads to the proxies, elsewhere an address, in brackets where it has to be', async () => {
  const discoveryOf = (stdout: string): unknown => parse(stdout).settings.fleets[0]?.discovery;
  expect(discoveryOf((await init('--format', 'secrets', '--out', 'a')).stdout)).toEqual([
    { endpoints: { service: 'kong/kong-admin' } },
  ]);
  expect(discoveryOf((await init('--out', 'b', '--server-name', 'fd00::7')).stdout)).toEqual([
    { static: { proxies: ['https://[fd00::7]:8444'] } },
  ]);
  const { settings } = parse((await init('--out', 'c', '--server-name', '::1')).stdout);
  const file = join(folder, 'c.yaml');
  writeFileSync(file, JSON.stringify({ ...settings, source: { directory: { path: folder } } }));
  expect(await silverback(['check-config', file])).toMatchObject({ exitCode: 0, stdout: 'OK\n' });
});

test('keys are P-256 and for their owner only; lifetimes, names and uses are those of their role', async () => {
  await init(
    '--server-name',
    'kong.edge.svc',
    '--server-name',
    '10.0.0.7',
    '--days',
    '30',
    '--ca-days',
    '60',
  );
  const path = (name: string): string => join(folder, 'pki-edge', name);
  for (const name of readdirSync(join(folder, 'pki-edge')))
    expect(statSync(path(name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'pki-edge')).mode & 0o777).toBe(0o700);
  const [ca, proxy, controller] = ['ca', 'proxy', 'controller'].map(
    (name) => new X509Certificate(read(path(`${name}.crt`))),
  ) as [X509Certificate, X509Certificate, X509Certificate];
  const days = ({ validToDate }: X509Certificate): number =>
    Math.ceil((+validToDate - Date.now()) / 86_400_000);
  expect([ca, proxy, controller].map(days)).toEqual([60, 30, 30]);
  expect([ca, proxy, controller].map((certificate) => certificate.ca)).toEqual([true, false, false]);
  expect(proxy.subjectAltName).toBe('DNS:kong.edge.svc, IP Address:10.0.0.7');
  expect([proxy.keyUsage, controller.keyUsage]).toEqual([['1.3.6.1.5.5.7.3.1'], ['1.3.6.1.5.5.7.3.2']]);
  for (const leaf of [proxy, controller]) {
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  }
});

test('as Secrets they are of type kubernetes.io/tls and hold what a proxy and the controller need', async () => {
  const { stdout } = await init('--format', 'secrets', '--out', 'secrets');
  expect(readdirSync(join(folder, 'secrets')).sort()).toEqual([
    'ca.crt',
    'ca.key',
    'controller-secret.yaml',
    'proxy-secret.yaml',
  ]);
  const [proxy, controller] = ['proxy', 'controller'].map((name) => {
    const secret = load(read(join(folder, 'secrets', `${name}-secret.yaml`))) as {
      readonly data: Readonly<Record<string, string>>;
    };
    expect(secret).toMatchObject({
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata: { name: `silverback-edge-${name}` },
    });
    return Object.fromEntries(
      Object.entries(secret.data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }) as [Record<string, string>, Record<string, string>];
  const { settings } = parse(stdout);
  expect(settings.fleets[0]?.adminApi.tls.keyFile).toBe('/etc/silverback/edge/tls.key');
  for (const [name, content] of Object.entries(controller)) writeFileSync(join(folder, name), content);
  const status = await connect(
    {
      certificate: proxy['tls.crt'] ?? '',
      key: proxy['tls.key'] ?? '',
      clientCa: proxy['ca.crt'] ?? '',
    },
    {
      caFile: join(folder, 'ca.crt'),
      certFile: join(folder, 'tls.crt'),
      keyFile: join(folder, 'tls.key'),
      serverName: 'kong-admin.kong.svc',
    },
  );
  expect(status).toMatchObject({ configurationHash: '0'.repeat(32) });
});

test('nothing is overwritten: if one file is there, none is written', async () => {
  await init();
  const directory = join(folder, 'pki-edge');
  const before = read(join(directory, 'controller.key'));
  rmSync(join(directory, 'ca.key'));
  const { exitCode, stdout, stderr } = await init();
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toMatch(/^silverback: PkiFileExists: .*\/pki-edge\/ca\.crt: /);
  expect(read(join(directory, 'controller.key'))).toBe(before);
  expect(readdirSync(directory)).not.toContain('ca.key');
});

test('a link that leads nowhere is a file that is there', async () => {
  mkdirSync(join(folder, 'pki-edge'));
  symlinkSync('nowhere', join(folder, 'pki-edge', 'proxy.key'));
  expect(await init()).toMatchObject({ exitCode: 3, stdout: '' });
  expect(readdirSync(join(folder, 'pki-edge'))).toEqual(['proxy.key']);
});

test.each([
  [['--days', '0'], '--days must be a whole number'],
  [['--days', '2000'], '--days must not be more than --ca-days'],
  [['--server-name', 'a b'], '--server-name must be a host name'],
  [['--server-name', 'kong:8444'], '--server-name must be a host name'],
  [['--server-name', '[::1]'], '--server-name must be a host name'],
  [['--server-name', '10.0.0.300'], '--server-name must be a host name'],
  [['--server-name', 'kong..svc'], '--server-name must be a host name'],
  [['--fleet', '../edge'], '--fleet must be a DNS label'],
])('the mistake %j is a usage mistake, and nothing is written', async (args, words) => {
  const { exitCode, stderr } = await init(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(words);
  expect(readdirSync(folder)).toEqual([]);
});

test('a directory that cannot be made is named', async () => {
  writeFileSync(join(folder, 'taken'), '');
  const { exitCode, stderr } = await init('--out', 'taken/pki');
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^silverback: PkiFileUnwritable: .*taken\/pki: /);
});
