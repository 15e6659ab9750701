import { networkInterfaces } from 'node:os';
import { VirtualClock } from '@silverback/clock';
import { address, ScriptedDnsServer, srv, type Script } from '../testing/dns-server.ts';
import { DnsClient } from './dns-client.ts';
import { parseResolver } from './resolv-conf.ts';
import { lookUpSrv } from './srv-lookup.ts';

const NAME = '_admin-tls._tcp.kong.svc';
const HAS_IPV6 = Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === '::1'));

let server: ScriptedDnsServer;
afterEach(() => server.close());

const clock = new VirtualClock();

async function setUp(script: Script, host?: string, attempts = 1): Promise<DnsClient> {
  server = await ScriptedDnsServer.start(script, host);
  const resolver = parseResolver(server.address);
  if (!resolver) throw new Error(`${server.address} is no resolver`);
  const { signal } = new AbortController();
  return new DnsClient({
    clock,
    timeoutMs: 2000,
    attempts,
    signal,
    resolvers: [resolver],
  });
}

const overTcp: Script = ({ over }) =>
  over === 'udp' ? { truncated: true } : { answers: [srv(NAME, 'a.kong.svc'), srv(NAME, 'b.kong.svc')] };

test.each([[[0, 1]], [[0, 2]], [[0, 7, 40]]])(
  'an answer over TCP may come in pieces, cut at %j',
  async (at) => {
    const client = await setUp(overTcp);
    server.cut = (framed) => at.map((from, index) => framed.subarray(from, at[index + 1]));
    expect((await client.query(NAME, 'SRV')).answers).toHaveLength(2);
  },
);

test.each([0, 1, 2, 30])('an answer over TCP that ends after %d bytes is none', async (length) => {
  const client = await setUp(overTcp);
  server.cut = (framed) => [framed.subarray(0, length)];
  await expect(client.query(NAME, 'SRV')).rejects.toMatchObject({ code: 'DnsAnswerInvalid' });
});

(HAS_IPV6 ? test : test.skip)('a resolver may have an IPv6 address', async () => {
  const client = await setUp(overTcp, '::1');
  expect((await client.query(NAME, 'SRV')).answers).toHaveLength(2);
  expect(server.log).toEqual([`SRV ${NAME}/udp`, `SRV ${NAME}/tcp`]);
});

test('an IPv6 address that is sent along counts where the target has no IPv4 one, and is not asked for', async () => {
  const client = await setUp(({ type }) =>
    type === 'SRV' ? { answers: [srv(NAME, 'six')], additionals: [address('six', 'fd00::1')] } : {},
  );
  const { proxies } = await lookUpSrv(client, [NAME], new Map());
  expect(proxies).toEqual([{ host: 'fd00::1', port: 8444 }]);
  expect(server.log).toEqual([`SRV ${NAME}/udp`, 'A six/udp']);
});

test('names have no case', async () => {
  const client = await setUp(({ name }) => ({
    answers: [srv(name.toUpperCase(), 'Pod.kong.svc')],
    additionals: [address('POD.kong.svc', '10.0.0.1')],
  }));
  const { proxies } = await lookUpSrv(client, ['_Admin-tls._tcp.Kong.svc'], new Map());
  expect(proxies).toEqual([{ host: '10.0.0.1', port: 8444 }]);
});

const REFUSED = { rcode: 5 };
const SEARCHED = `${NAME}.example`;
const found = { answers: [srv(SEARCHED, 'a')], additionals: [address('a', '10.0.0.1')] };

test('a name that the server refuses, as it does outside of its zones, gives way to the next one', async () => {
  const client = await setUp(({ name }) => (name === SEARCHED ? found : REFUSED));
  const { proxies } = await lookUpSrv(client, [NAME, SEARCHED], new Map());
  expect(proxies).toEqual([{ host: '10.0.0.1', port: 8444 }]);
});

test.each([
  ['has no records', {}],
  ['does not exist', { rcode: 3 }],
])('a name that is refused is the failure where the next one %s', async (_, reply) => {
  const client = await setUp(({ name }) => (name === SEARCHED ? reply : REFUSED));
  await expect(lookUpSrv(client, [NAME, SEARCHED], new Map())).rejects.toMatchObject({
    code: 'DnsNameRefused',
  });
});

test.each([
  [[2, 5], 'DnsServerFailure'],
  [[5, 2], 'DnsServerFailure'],
  [[5, 5], 'DnsNameRefused'],
])('two attempts that are answered with the codes %j are %s', async (rcodes, code) => {
  const left = [...rcodes];
  const client = await setUp(() => ({ rcode: left.shift() ?? 0 }), '127.0.0.1', 2);
  await expect(client.query(NAME, 'SRV')).rejects.toMatchObject({ code });
});

test('a server that is silent about addresses delays a lookup for two rounds, not for each target', async () => {
  const targets = Array.from({ length: 100 }, (_, index) => srv(NAME, `pod-${index}`));
  const client = await setUp(({ type }) => (type === 'SRV' ? { answers: targets } : undefined));
  const last = new Map([['pod-99', ['10.0.0.99']]]);
  const looking = lookUpSrv(client, [NAME], last);
  await server.until(1 + 16);
  await clock.advance(2000);
  await server.until(1 + 16 + 15);
  await clock.advance(2000);
  const { proxies, failure } = await looking;
  expect(proxies).toEqual([{ host: '10.0.0.99', port: 8444 }]);
  expect(failure).toMatchObject({ code: 'DnsTimeout' });
  expect(server.asked).toHaveLength(1 + 16 + 15);
});
