import { VirtualClock } from '@silverback/clock';
import { dnsSrvBackend, type MembershipSnapshot } from './index.ts';
import {
  address,
  encodeReply,
  ScriptedDnsServer,
  srv,
  type Reply,
  type Script,
} from './testing/dns-server.ts';
import { secure, services } from './testing/services.ts';

const NAME = '_admin-tls._tcp.kong-admin.kong.svc.cluster.local';

let endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
  endings = [];
});

async function startServer(script: Script): Promise<ScriptedDnsServer> {
  const server = await ScriptedDnsServer.start(script);
  endings.push(() => server.close());
  return server;
}

/** A server whose SRV answer a test sets, and a discovery that asks it. */
async function setUp(first: Reply, settings: object = {}) {
  let reply: Reply | undefined = first;
  const server = await startServer(({ type }) => (type === 'SRV' ? reply : {}));
  return {
    server,
    answer: (next: Reply | undefined) => {
      reply = next;
    },
    ...discover({ resolvers: [server.address], ...settings }),
  };
}

/** A discovery with a clock that only moves by hand. */
function discover(settings: object) {
  const parsed = dnsSrvBackend.parseSettings({ name: `${NAME}.`, ...settings }, secure);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const clock = new VirtualClock();
  const discovery = dnsSrvBackend.create(parsed.settings, secure, services(clock));
  endings.push(() => discovery.stop());
  const reports: MembershipSnapshot[] = [];
  let arrived = Promise.withResolvers<undefined>();
  return {
    clock,
    discovery,
    reports,
    start: () =>
      discovery.start((report) => {
        reports.push(report);
        arrived.resolve(undefined);
      }),
    /** Moves the clock and waits for the report about the lookup that is due then. */
    later: async (ms: number): Promise<MembershipSnapshot> => {
      arrived = Promise.withResolvers();
      await clock.advance(ms);
      await arrived.promise;
      return last(reports);
    },
  };
}

function last(reports: readonly MembershipSnapshot[]): MembershipSnapshot {
  const report = reports.at(-1);
  if (!report) throw new Error('no report came');
  return report;
}

function keys({ members }: MembershipSnapshot): string[] {
  return members.map(({ key }) => key);
}

function pods(count: number, ttl = 30): Reply {
  const names = Array.from({ length: count }, (_, index) => `pod-${index}.kong.svc`);
  return {
    answers: names.map((name) => srv(NAME, name, 8444, ttl)),
    additionals: names.map((name, index) => address(name, `10.0.${index >> 8}.${index & 255}`, ttl)),
  };
}

test('the targets of the records are members, with the addresses that the server sends along', async () => {
  const { start, reports, server } = await setUp({
    answers: [srv(NAME, 'b.kong.svc', 8444), srv(NAME, 'a.kong.svc', 9444)],
    additionals: [address('a.kong.svc', '10.0.0.1'), address('b.kong.svc', '10.0.0.2')],
  });
  await start();
  expect(reports).toEqual([
    {
      origin: 'dnsSrv',
      health: { state: 'ok' },
      answeredAt: 0,
      members: [
        {
          key: '10.0.0.1:9444',
          name: '10.0.0.1:9444',
          protocol: 'https',
          host: '10.0.0.1',
          port: 9444,
          serverName: 'kong-admin.kong.svc.cluster.local',
          origin: 'dnsSrv',
        },
        {
          key: '10.0.0.2:8444',
          name: '10.0.0.2:8444',
          protocol: 'https',
          host: '10.0.0.2',
          port: 8444,
          serverName: 'kong-admin.kong.svc.cluster.local',
          origin: 'dnsSrv',
        },
      ],
    },
  ]);
  expect(server.log).toEqual([`SRV ${NAME}/udp`]);
});

test('addresses that are not sent along are asked for: each IPv4 one, else each IPv6 one', async () => {
  const found: Record<string, Reply> = {
    'A both': { answers: [address('both', '10.0.0.1'), address('both', '10.0.0.2')] },
    'AAAA six': { answers: [address('six', 'FD00:0::1')] },
    'A alias': {
      answers: [{ type: 'CNAME', name: 'alias', data: 'Real', ttl: 30 }, address('REAL', '10.0.0.3')],
    },
    'A loop': { answers: [{ type: 'CNAME', name: 'loop', data: 'loop', ttl: 30 }] },
    'A gone': { rcode: 3 },
  };
  const server = await startServer(({ type, name }) =>
    type === 'SRV'
      ? { answers: ['both', 'six', 'alias', 'loop', 'gone'].map((target) => srv(NAME, target)) }
      : (found[`${type} ${name}`] ?? {}),
  );
  const { start, reports } = discover({ resolvers: [server.address] });
  await start();
  expect(keys(last(reports))).toEqual(['10.0.0.1:8444', '10.0.0.2:8444', '10.0.0.3:8444', '[fd00::1]:8444']);
  expect(last(reports).health).toEqual({ state: 'ok' });
  expect(server.log).not.toContain('AAAA both/udp');
});

test('an answer that does not fit a packet is asked for over TCP', async () => {
  const server = await startServer(({ over }) => (over === 'udp' ? { truncated: true } : pods(300)));
  const { start, reports } = discover({ resolvers: [server.address] });
  await start();
  expect(last(reports).members).toHaveLength(300);
  expect(server.log).toEqual([`SRV ${NAME}/udp`, `SRV ${NAME}/tcp`]);
});

test('a truncated answer is never used, even if TCP fails', async () => {
  const { start, reports } = await setUp({ ...pods(3), truncated: true });
  await start();
  expect(keys(last(reports))).toEqual([]);
  expect(last(reports).health).toMatchObject({ state: 'failing', code: 'DnsAnswerInvalid' });
});

test('packets that are no answer to the question are ignored', async () => {
  const forged = pods(1);
  const server = await startServer(async (asked) => {
    const loop = Buffer.from(encodeReply(asked, {}));
    // A name that points at itself.
    loop.writeUInt16BE(0xc00c, 12);
    const query = Buffer.from(encodeReply(asked, forged));
    query.writeUInt8(query.readUInt8(2) & 0x7f, 2);
    await asked.send(encodeReply({ ...asked, id: (asked.id + 1) % 65_536 }, forged));
    await asked.send(encodeReply({ ...asked, name: 'other.example' }, forged));
    await asked.send(encodeReply({ ...asked, type: 'A' }, forged));
    await asked.send(encodeReply(asked, forged), true);
    await asked.send(encodeReply(asked, forged).subarray(0, 60));
    await asked.send(Buffer.from([asked.id >> 8]));
    await asked.send(loop);
    await asked.send(query);
    return pods(2);
  });
  const { start, reports } = discover({ resolvers: [server.address] });
  await start();
  expect(last(reports).members).toHaveLength(2);
});

test('an answer with an address that is cut short is none: what it decodes to would be dialled as a name', async () => {
  const server = await startServer(async (asked) => {
    const bytes = encodeReply(asked, pods(1));
    bytes.writeUInt16BE(3, bytes.length - 6);
    await asked.send(bytes.subarray(0, -1));
    return pods(2);
  });
  const { start, reports } = discover({ resolvers: [server.address] });
  await start();
  expect(keys(last(reports))).toEqual(['10.0.0.0:8444', '10.0.0.1:8444']);
});

test('records of another class than IN are none', async () => {
  const chaos = { ...srv(NAME, 'pod-1.kong.svc'), class: 'CH' } as const;
  const { start, reports } = await setUp({ ...pods(2), answers: [chaos, srv(NAME, 'pod-0.kong.svc')] });
  await start();
  expect(keys(last(reports))).toEqual(['10.0.0.0:8444']);
});

test.each(['a b\n', '-', 'a\0b'])(
  'the target %j, which is no host name, is never asked for',
  async (target) => {
    const { start, reports, server } = await setUp({
      answers: [srv(NAME, `${target}.kong.svc`), srv(NAME, 'pod-0.kong.svc')],
      additionals: [address('pod-0.kong.svc', '10.0.0.1')],
    });
    await start();
    expect(keys(last(reports))).toEqual(['10.0.0.1:8444']);
    expect(last(reports).health).toMatchObject({ code: 'DnsAnswerInvalid' });
    expect(server.asked).toHaveLength(1);
  },
);

test('the next server is asked when one cannot answer', async () => {
  const broken = await startServer(() => ({ rcode: 2 }));
  const gone = await startServer(() => undefined);
  const closed = gone.address;
  await gone.close();
  endings.pop();
  const working = await startServer(() => pods(1));
  const { start, reports } = discover({ resolvers: [broken.address, closed, working.address] });
  await start();
  expect(last(reports)).toMatchObject({ health: { state: 'ok' }, members: [{ key: '10.0.0.0:8444' }] });
  expect(broken.asked).toHaveLength(1);
});

test('a server that is silent is asked again, and then the lookup fails', async () => {
  const { clock, start, reports, server } = await setUp({}, { timeout: '2s', attempts: 2 });
  server.script = () => undefined;
  const started = start();
  await server.until(1);
  await clock.advance(1999);
  expect(server.asked).toHaveLength(1);
  await clock.advance(1);
  await server.until(2);
  await clock.advance(2000);
  await started;
  expect(last(reports)).toMatchObject({
    members: [],
    health: {
      state: 'failing',
      code: 'DnsTimeout',
      message: expect.stringContaining('within 2000 ms') as string,
    },
  });
  expect(last(reports)).not.toHaveProperty('answeredAt');
});

test.each<[string, Reply, string]>([
  ['NXDOMAIN', { rcode: 3 }, 'DnsNameNotFound'],
  ['SERVFAIL', { rcode: 2 }, 'DnsServerFailure'],
  ['REFUSED', { rcode: 5 }, 'DnsNameRefused'],
  ['an answer that is truncated over TCP too', { ...pods(1, 0), truncated: true }, 'DnsAnswerInvalid'],
])('%s keeps the last good members: stale for a bounded time, then failing', async (_, reply, code) => {
  const fleet = await setUp(pods(2, 0), { keepLast: '12s', ttlFloor: '5s' });
  await fleet.start();
  fleet.answer(reply);
  const stale = await fleet.later(5000);
  expect(stale).toMatchObject({ answeredAt: 0, health: { state: 'stale', code } });
  expect((await fleet.later(5000)).health.state).toBe('stale');
  const failing = await fleet.later(5000);
  expect(failing).toMatchObject({ answeredAt: 0, health: { state: 'failing', code } });
  expect(keys(failing)).toEqual(['10.0.0.0:8444', '10.0.0.1:8444']);
  fleet.answer(pods(1, 0));
  expect(await fleet.later(5000)).toMatchObject({ answeredAt: 20_000, health: { state: 'ok' } });
});

test('silence keeps the last good members as well', async () => {
  const { server, clock, answer, start, later } = await setUp(pods(2, 0), { timeout: '2s', attempts: 1 });
  await start();
  answer(undefined);
  await clock.advance(5000);
  await server.until(2);
  const report = await later(2000);
  expect(report).toMatchObject({ answeredAt: 0, health: { state: 'stale', code: 'DnsTimeout' } });
  expect(keys(report)).toEqual(['10.0.0.0:8444', '10.0.0.1:8444']);
});

test('an answer without records is a fleet without proxies, once a second answer says so', async () => {
  const fleet = await setUp(pods(1, 0));
  await fleet.start();
  fleet.answer({});
  const first = await fleet.later(5000);
  expect([keys(first), first.health.state]).toEqual([['10.0.0.0:8444'], 'ok']);
  const second = await fleet.later(5000);
  expect([keys(second), second.health.state]).toEqual([[], 'ok']);
});

test('a member that one answer lacks and the next one has never leaves; a new one joins at once', async () => {
  const fleet = await setUp(pods(2, 0));
  await fleet.start();
  fleet.answer(pods(1, 0));
  expect(keys(await fleet.later(5000))).toHaveLength(2);
  fleet.answer(pods(3, 0));
  expect(keys(await fleet.later(5000))).toHaveLength(3);
  fleet.answer(pods(1, 0));
  expect(keys(await fleet.later(5000))).toHaveLength(3);
  expect(keys(await fleet.later(5000))).toHaveLength(1);
});

test('an answer that lacks a member is asked about again soon, whatever its TTL', async () => {
  const fleet = await setUp(pods(2, 60));
  await fleet.start();
  fleet.answer(pods(1, 60));
  expect(keys(await fleet.later(60_000))).toHaveLength(2);
  expect(keys(await fleet.later(5000))).toHaveLength(1);
});

test.each([
  ['the TTL', 60, 60_000],
  ['the floor', 1, 5000],
  ['the ceiling', 86_400, 300_000],
  ['the floor, for a TTL that is none', 0xffffffff, 5000],
])('the next lookup comes after %s', async (_, ttl, expectedMs) => {
  const fleet = await setUp(pods(1, ttl));
  await fleet.start();
  await fleet.clock.advance(expectedMs - 1);
  expect(fleet.server.asked).toHaveLength(1);
  await fleet.later(1);
  expect(fleet.server.asked).toHaveLength(2);
});

test('the absence of records is believed for as long as the SOA record says', async () => {
  const data = { mname: 'ns', rname: 'admin', serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 20 };
  const fleet = await setUp({ authorities: [{ type: 'SOA', name: 'svc', ttl: 3600, data }] });
  await fleet.start();
  await fleet.clock.advance(19_999);
  expect(fleet.server.asked).toHaveLength(1);
  await fleet.later(1);
});

test('a target that cannot be looked up keeps its addresses, and the others go on', async () => {
  let broken = false;
  const server = await startServer(({ type, name }) => {
    if (type === 'SRV') return { answers: [srv(NAME, 'a', 8444, 0), srv(NAME, broken ? 'c' : 'b', 8444, 0)] };
    if (name === 'a' && broken) return { rcode: 2 };
    return { answers: [address(name, `10.0.0.${name.charCodeAt(0)}`)] };
  });
  const { start, later, reports } = discover({ resolvers: [server.address] });
  await start();
  expect(keys(last(reports))).toEqual(['10.0.0.97:8444', '10.0.0.98:8444']);
  broken = true;
  await later(5000);
  const report = await later(5000);
  expect(keys(report)).toEqual(['10.0.0.97:8444', '10.0.0.99:8444']);
  expect(report.health).toMatchObject({ state: 'stale', code: 'DnsServerFailure' });
});

test('a record that says there is no service is no proxy', async () => {
  const { start, reports } = await setUp({ answers: [srv(NAME, '.'), srv(NAME, 'a', 0)] });
  await start();
  expect(last(reports)).toMatchObject({ members: [], health: { state: 'ok' } });
});

test('a relative name goes through the search domains; a wrong answer in between is a failure', async () => {
  const server = await startServer(({ name, type }) => {
    if (type !== 'SRV') return {};
    return name === '_admin._tcp.kong.two'
      ? { ...pods(1), answers: [srv(name, 'pod-0.kong.svc')] }
      : { rcode: 3 };
  });
  const relative = { resolvers: [server.address], name: '_admin._tcp.kong', search: ['one', 'two.'] };
  const fleet = discover(relative);
  await fleet.start();
  expect(last(fleet.reports).members).toHaveLength(1);
  expect(server.log).toEqual(
    ['_admin._tcp.kong', '_admin._tcp.kong.one', '_admin._tcp.kong.two'].map((name) => `SRV ${name}/udp`),
  );

  const absolute = discover({ ...relative, name: '_admin._tcp.kong.' });
  await absolute.start();
  expect(last(absolute.reports).health).toMatchObject({ code: 'DnsNameNotFound' });

  server.script = () => ({ rcode: 2 });
  const failing = discover({ ...relative, attempts: 1 });
  const before = server.asked.length;
  await failing.start();
  expect(last(failing.reports).health).toMatchObject({ code: 'DnsServerFailure' });
  expect(server.asked).toHaveLength(before + 1);
});

test('stopping ends a lookup that is under way, without a report', async () => {
  const { server, ...fleet } = await setUp({});
  server.script = () => undefined;
  const started = fleet.start();
  await server.until(1);
  await fleet.discovery.stop();
  await started;
  expect(fleet.reports).toEqual([]);
  expect(fleet.clock.pendingTimers).toBe(0);
});
