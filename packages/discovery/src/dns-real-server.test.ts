import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { SystemClock } from '@silverback/clock';
import { dnsSrvBackend, type MembershipSnapshot } from './index.ts';
import { secure, services } from './testing/services.ts';

const NAME = '_admin-tls._tcp.kong-admin.test';
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin`;

/** Whether Debian's dnsmasq is installed. */
function hasDnsmasq(): boolean {
  try {
    execFileSync('dnsmasq', ['--version'], { env: { PATH }, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

async function startDnsmasq(port: number, records: readonly string[]): Promise<ChildProcess> {
  const child = spawn(
    'dnsmasq',
    [
      '--keep-in-foreground',
      '--log-facility=-',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--pid-file=',
      '--user=',
      '--group=',
      '--listen-address=127.0.0.1',
      '--bind-interfaces',
      `--port=${port}`,
      '--local=/test/',
      ...records,
    ],
    { env: { PATH }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('started')) return child;
  }
  throw new Error(`dnsmasq did not start: ${lines.join('\n')}`);
}

async function discover(port: number, name: string): Promise<MembershipSnapshot> {
  const settings = { name, resolvers: [`127.0.0.1:${port}`], search: ['test'], timeout: '5s' };
  const parsed = dnsSrvBackend.parseSettings(settings, secure);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const clock = new SystemClock();
  const discovery = dnsSrvBackend.create(parsed.settings, secure, { ...services(), clock });
  const reports: MembershipSnapshot[] = [];
  await discovery.start((report) => reports.push(report));
  await discovery.stop();
  const [report] = reports;
  if (!report) throw new Error('no report came');
  return report;
}

const isInstalled = hasDnsmasq();
if (!isInstalled) {
  process.stderr.write(
    'Tests against dnsmasq are skipped: it is not installed (apt-get install dnsmasq-base).\n',
  );
}

(isInstalled ? describe : describe.skip)('against dnsmasq', () => {
  let dnsmasq: ChildProcess;
  let port: number;

  beforeAll(async () => {
    port = await freePort();
    const pods = Array.from({ length: 60 }, (_, index) => `pod-${index}.kong-admin.test`);
    dnsmasq = await startDnsmasq(port, [
      ...pods.flatMap((pod, index) => [
        `--srv-host=${NAME},${pod},8444`,
        `--host-record=${pod},10.0.0.${index + 1},fd00::${(index + 1).toString(16)},30`,
      ]),
      '--srv-host=one.test,six.test,9444',
      '--srv-host=_admin._tcp.one.test,six.test,9444',
      '--host-record=six.test,fd00::99',
      '--host-record=bare.test,10.9.9.9',
    ]);
  });
  afterAll(async () => {
    dnsmasq.kill();
    await once(dnsmasq, 'close');
  });

  test('sixty proxies, whose records do not fit a packet, are found', async () => {
    const { members, health } = await discover(port, `${NAME}.`);
    expect(health).toEqual({ state: 'ok' });
    expect(members.map(({ host }) => host).sort()).toEqual(
      Array.from({ length: 60 }, (_, index) => `10.0.0.${index + 1}`).sort(),
    );
  });

  test('a relative name is found through a search domain, with an IPv6 address only', async () => {
    const { members } = await discover(port, 'one');
    expect(members.map(({ key }) => key)).toEqual(['[fd00::99]:9444']);
  });

  test('a name with dots is found through a search domain, though the server refuses it as it stands', async () => {
    const { members } = await discover(port, '_admin._tcp.one');
    expect(members.map(({ key }) => key)).toEqual(['[fd00::99]:9444']);
    expect(await discover(port, '_admin._tcp.one.')).toMatchObject({
      health: { state: 'failing', code: 'DnsNameRefused' },
    });
  });

  test('a name without SRV records has no proxies, and a name that does not exist is a failure', async () => {
    expect(await discover(port, 'bare.test.')).toMatchObject({ members: [], health: { state: 'ok' } });
    expect(await discover(port, 'missing.test.')).toMatchObject({
      members: [],
      health: { state: 'failing', code: 'DnsNameNotFound' },
    });
  });
});
