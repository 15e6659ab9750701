import fc from 'fast-check';
import type { EndpointSliceRecord, ServiceRecord } from '@silverback/cluster-state';
import { endpointsBackend, type BackendContext, type MembershipSnapshot } from './index.ts';
import { adminService, podEndpoint, slice } from './testing/endpoint-slices.ts';
import { HandCluster, insecure, secure, services } from './testing/services.ts';

/** A started discovery of kong/kong-admin. */
function start(settings: object = {}, context: BackendContext = secure) {
  const cluster = new HandCluster();
  const parsed = endpointsBackend.parseSettings({ service: 'kong/kong-admin', ...settings }, context);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const discovery = endpointsBackend.create(parsed.settings, context, services(undefined, cluster));
  const reports: MembershipSnapshot[] = [];
  const started = discovery.start((report) => reports.push(report));
  return {
    cluster,
    discovery,
    reports,
    started,
    /** Sets the slices of the Service, and returns the report about them. */
    see(slices: EndpointSliceRecord[], service: ServiceRecord = adminService()) {
      cluster.set({ slices, service });
      return last(reports);
    },
    /** As {@link see}, for a Service that is not there. */
    seeNoService(slices: EndpointSliceRecord[] = []) {
      cluster.set({ slices });
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
  return members.map(({ key, leaving }) => (leaving ? `${key} leaving` : key));
}

test('a Pod is a member as soon as it has an address, ready or not', () => {
  const report = start().see([
    slice({
      endpoints: [
        podEndpoint('10.0.0.2', 'b', { ready: false, serving: false }),
        podEndpoint('10.0.0.1', 'a'),
      ],
    }),
  ]);
  expect(report).toEqual({
    origin: 'endpoints',
    health: { state: 'ok' },
    members: [
      {
        key: '10.0.0.1:8444#a',
        name: '10.0.0.1:8444',
        protocol: 'https',
        host: '10.0.0.1',
        port: 8444,
        serverName: 'kong-admin.kong.svc',
        origin: 'endpoints',
      },
      {
        key: '10.0.0.2:8444#b',
        name: '10.0.0.2:8444',
        protocol: 'https',
        host: '10.0.0.2',
        port: 8444,
        serverName: 'kong-admin.kong.svc',
        origin: 'endpoints',
      },
    ],
  });
});

test('its knowledge is as old as what was heard of the cluster', () => {
  const { discovery, cluster } = start();
  expect(discovery.ageMs?.()).toBe(0);
  cluster.ageMs = () => 61_000;
  expect(discovery.ageMs?.()).toBe(61_000);
});

test('nothing is reported before the cluster has been read', async () => {
  const { reports, started, discovery, cluster } = start();
  expect(cluster.followed).toEqual([{ namespace: 'kong', name: 'kong-admin' }]);
  expect(reports).toEqual([]);
  await discovery.stop();
  await started;
  cluster.set({ slices: [], service: adminService() });
  expect(reports).toEqual([]);
});

test('an endpoint that terminates leaves if it was a member, and never becomes one', () => {
  const fleet = start();
  const leaving = podEndpoint('10.0.0.1', 'a', { ready: false, serving: true, terminating: true });
  const stranger = podEndpoint('10.0.0.9', 'z', { ready: false, terminating: true });
  const none = fleet.see([slice({ endpoints: [leaving] })]);
  expect([keys(none), none.health]).toEqual([[], { state: 'ok' }]);
  fleet.see([slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] })]);
  const going = slice({ endpoints: [leaving, stranger] });
  expect(keys(fleet.see([going]))).toEqual(['10.0.0.1:8444#a leaving']);
  expect(keys(fleet.see([going]))).toEqual(['10.0.0.1:8444#a leaving']);
  const gone = fleet.see([]);
  expect([keys(gone), gone.health]).toEqual([[], { state: 'ok' }]);
});

test('of slices that differ, a Pod that terminates does not come back; an address may be used again', () => {
  const fleet = start();
  const pod = (conditions: object) => slice({ endpoints: [podEndpoint('10.0.0.1', 'a', conditions)] });
  const bare = (conditions: object) => slice({ endpoints: [{ addresses: ['192.0.2.7'], conditions }] });
  fleet.see([pod({}), bare({})]);
  const slices = [pod({}), pod({ terminating: true }), bare({}), bare({ terminating: true })];
  expect(keys(fleet.see(slices))).toEqual(['10.0.0.1:8444#a leaving', '192.0.2.7:8444']);
});

test('a new Pod at the address of one that terminates is another proxy', () => {
  const fleet = start();
  fleet.see([slice({ endpoints: [podEndpoint('10.0.0.1', 'old')] })]);
  const endpoints = [
    podEndpoint('10.0.0.1', 'old', { terminating: true }),
    podEndpoint('10.0.0.1', 'new', { ready: false }),
  ];
  expect(keys(fleet.see([slice({ endpoints })]))).toEqual(['10.0.0.1:8444#new', '10.0.0.1:8444#old leaving']);
});

test('zero endpoints are zero proxies; a Service that vanished leaves them as they were', () => {
  const fleet = start();
  const one = slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] });
  fleet.see([one]);
  const missing = fleet.seeNoService();
  expect(keys(missing)).toEqual(['10.0.0.1:8444#a']);
  expect(missing.health).toEqual({
    state: 'failing',
    code: 'DiscoveryServiceMissing',
    message: 'there is no Service kong/kong-admin',
  });
  const empty = fleet.see([]);
  expect([keys(empty), empty.health]).toEqual([[], { state: 'ok' }]);
});

test('slices alone do not make a Service', () => {
  const report = start().seeNoService([slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] })]);
  expect([keys(report), report.health.state]).toEqual([[], 'failing']);
});

test('any number of slices count, an endpoint that stands in two of them once', () => {
  const slices = Array.from({ length: 11 }, (_, index) =>
    slice({
      endpoints: Array.from({ length: 100 }, (__, host) => {
        const address = `10.0.${index}.${host}`;
        return podEndpoint(address, address);
      }),
    }),
  );
  const again = slice({ endpoints: [podEndpoint('10.0.0.0', '10.0.0.0')] });
  expect(start().see([...slices, again]).members).toHaveLength(1100);
});

test('a Pod of two families is one proxy: the first family of the Service counts', () => {
  const slices = [
    slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] }),
    slice({ addressType: 'IPv6', endpoints: [podEndpoint('fd00:0::1', 'a')] }),
  ];
  expect(keys(start().see(slices))).toEqual(['10.0.0.1:8444#a']);
  const six = adminService({ ipFamilies: ['IPv6', 'IPv4'] });
  expect(keys(start().see(slices, six))).toEqual(['[fd00::1]:8444#a']);
});

test('a Pod keeps its address while the slices have it', () => {
  const fleet = start();
  const six = slice({ addressType: 'IPv6', endpoints: [podEndpoint('fd00::1', 'a')] });
  const four = slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] });
  fleet.see([six]);
  expect(keys(fleet.see([four, six]))).toEqual(['[fd00::1]:8444#a']);
  expect(keys(fleet.see([four]))).toEqual(['10.0.0.1:8444#a']);
});

test('machines outside the cluster and host names are members under their addresses', () => {
  const report = start().see([
    slice({ endpoints: [{ addresses: ['192.0.2.7', '192.0.2.8'], hostname: 'vm-1' }] }),
    slice({ endpoints: [{ addresses: ['192.0.2.9'], targetRef: { kind: 'Node', name: 'n', uid: 'u' } }] }),
    slice({ addressType: 'FQDN', endpoints: [{ addresses: ['kong.example.com'] }] }),
  ]);
  expect(keys(report)).toEqual(['192.0.2.7:8444', '192.0.2.9:8444', 'kong.example.com:8444']);
  expect(new Set(report.members.map(({ serverName }) => serverName))).toEqual(
    new Set(['kong-admin.kong.svc']),
  );
});

test('a Pod without a uid is told apart by its name', () => {
  const target = (name: string) => ({ targetRef: { kind: 'Pod', name } });
  const report = start().see([
    slice({ endpoints: [{ addresses: ['10.0.0.1'], ...target('a') }] }),
    slice({ addressType: 'IPv6', endpoints: [{ addresses: ['fd00::1'], ...target('a') }] }),
    slice({ endpoints: [{ addresses: ['10.0.0.2'], ...target('b') }] }),
  ]);
  expect(keys(report)).toEqual(['10.0.0.1:8444', '10.0.0.2:8444']);
});

const manyPorts = slice({
  ports: [
    { name: 'proxy-tls', port: 8443 },
    { name: 'kong-admin-tls', port: 9444 },
    { name: 'admin-tls', port: 8444 },
    { name: 'admin-tls', port: 8440, protocol: 'UDP' },
    { port: 7444 },
  ],
  endpoints: [podEndpoint('10.0.0.1', 'a')],
});

test.each([
  [{}, '10.0.0.1:8444#a'],
  [{ portNames: ['kong-admin-tls', 'admin-tls'] }, '10.0.0.1:9444#a'],
  [{ portNumbers: [7444] }, '10.0.0.1:7444#a'],
  [{ portNumbers: [1, 9444, 7444] }, '10.0.0.1:9444#a'],
  [{ portNames: ['none'], portNumbers: [7444] }, '10.0.0.1:7444#a'],
])('of several ports %j take the preferred one', (settings, key) => {
  expect(keys(start(settings).see([manyPorts]))).toEqual([key]);
});

test('two entries with different ports see two Kongs in one Pod', () => {
  const found = ['admin-tls', 'kong-admin-tls'].map((portName) =>
    keys(start({ portNames: [portName] }).see([manyPorts])),
  );
  expect(found).toEqual([['10.0.0.1:8444#a'], ['10.0.0.1:9444#a']]);
});

test('endpoints without the port are a failure that names their ports, and take nobody away', () => {
  const fleet = start();
  fleet.see([slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] })]);
  const ports = [{ name: 'proxy-tls', port: 8443 }, { port: 8100 }];
  const report = fleet.see([slice({ ports, endpoints: [podEndpoint('10.0.0.1', 'a')] })]);
  expect(keys(report)).toEqual(['10.0.0.1:8444#a']);
  expect(report.health).toEqual({
    state: 'failing',
    code: 'DiscoveryPortMissing',
    message:
      'no endpoint of kong/kong-admin has a TCP port admin-tls, kong-admin-tls; they have: 8100, proxy-tls (8443)',
  });
});

test('an endpoint without an address lacks no port', () => {
  const report = start().see([slice({ endpoints: [{ addresses: [] }] })]);
  expect([keys(report), report.health]).toEqual([[], { state: 'ok' }]);
});

test('only an insecure fleet goes without TLS, and only to a port whose name says so', () => {
  const plain = slice({
    ports: [{ name: 'admin', port: 8001 }],
    endpoints: [podEndpoint('10.0.0.1', 'a')],
  });
  const protocolsOf = ({ members }: MembershipSnapshot) => members.map(({ protocol }) => protocol);
  expect(protocolsOf(start({}, insecure).see([plain]))).toEqual(['http']);
  expect(protocolsOf(start({}, insecure).see([manyPorts]))).toEqual(['https']);
  expect(protocolsOf(start({ portNames: ['admin'] }).see([plain]))).toEqual(['https']);
  expect(start().see([plain]).health.state).toBe('failing');
});

test('the server name is a template of the settings', () => {
  const fleet = start({ serverName: 'pod.{service}.{namespace}.svc' });
  const [member] = fleet.see([slice({ endpoints: [podEndpoint('10.0.0.1', 'a')] })]).members;
  expect(member?.serverName).toBe('pod.kong-admin.kong.svc');
});

test.each(['10.0.0.7', 'fd00::7'])('the server name may be the address %s', (serverName) => {
  const parsed = endpointsBackend.parseSettings({ service: 'a/b', serverName }, secure);
  expect(parsed).toMatchObject({ ok: true, settings: { serverName } });
});

test.each([
  [{}, ['service: is required: the Service as namespace/name']],
  [{ service: 'kong-admin' }, ['service: must be a Service as namespace/name, such as kong/kong-admin']],
  [
    { service: 'a/b', ports: [] },
    ['ports: is not a setting of endpoints; allowed: service, portNames, portNumbers, serverName'],
  ],
  [{ service: 'a/b', portNames: [] }, ['portNames: must name a port, or portNumbers must']],
  [{ service: 'a/b', portNames: 'x' }, ['portNames: must be a list']],
  [
    { service: 'a/b', portNames: ['', 7], portNumbers: [0, 8444] },
    [
      'portNumbers[0]: must be a whole number from 1 to 65535',
      'portNames[0]: must not be empty; an unnamed port goes into portNumbers',
      'portNames[1]: must be a text',
    ],
  ],
  [
    { service: 'a/b', serverName: '{pod}.svc' },
    ['serverName: {pod} cannot be put in; allowed: {service} and {namespace}'],
  ],
  [
    { service: 'a/b', serverName: 'https://x' },
    ['serverName: must be a DNS name, such as kong-admin.kong.svc, or an IP address'],
  ],
])('%j is refused with every mistake', (settings, mistakes) => {
  const parsed = endpointsBackend.parseSettings(settings, secure);
  expect(parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual(mistakes);
});

const anyEndpoint = fc.record({
  pod: fc.constantFrom('a', 'b', 'c', ''),
  host: fc.integer({ min: 1, max: 4 }),
  terminating: fc.boolean(),
});
const anySlice = fc
  .record({ six: fc.boolean(), endpoints: fc.array(anyEndpoint, { maxLength: 4 }) })
  .map(({ six, endpoints }) =>
    slice({
      addressType: six ? 'IPv6' : 'IPv4',
      endpoints: endpoints.map(({ pod, host, terminating }) => {
        const address = six ? `fd00::${host}` : `10.0.0.${host}`;
        const conditions = { terminating };
        return pod === '' ? { addresses: [address], conditions } : podEndpoint(address, pod, conditions);
      }),
    }),
  );

test('whatever the slices say: keys are unique and sorted, a Pod is one member, and only members leave', () => {
  fc.assert(
    fc.property(fc.array(fc.array(anySlice, { maxLength: 3 }), { maxLength: 4 }), (steps) => {
      const fleet = start();
      let before = new Set<string>();
      for (const step of steps) {
        const { members } = fleet.see(step);
        const found = members.map(({ key }) => key);
        expect(found).toEqual([...new Set(found)].sort());
        const pods = found.filter((key) => key.includes('#')).map((key) => key.split('#')[1]);
        expect(new Set(pods).size).toBe(pods.length);
        for (const { key, leaving } of members) if (leaving) expect(before).toContain(key);
        before = new Set(found);
        expect(fleet.see(step.toReversed()).members).toEqual(members);
      }
    }),
  );
});
