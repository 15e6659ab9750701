import { EMPTY } from './testing.ts';
import { endAll, slicedPayload, startProxy, until } from './testing/emulated-proxy.ts';

afterEach(endAll);

/** Sessions with the real client against an emulated Kong behind mutual TLS: what both sides say must fit together. */

const route = (name: string, paths: readonly string[]) => ({
  id: `00000000-0000-4000-8000-${Buffer.from(name).toString('hex').padStart(12, '0')}`,
  name,
  paths,
});
const service = (name: string, ...routes: object[]) => ({ name, host: 'localhost', routes });
const configuration = (...services: object[]) => ({ _format_version: '3.0', services });
/** So many services and routes, of about 300 bytes each. */
const large = (count: number) =>
  configuration(
    ...Array.from({ length: count }, (_, index) =>
      service(`s-${index}`, route(`r${index}`, [`/${'x'.repeat(150)}/${index}`])),
    ),
  );

const FIRST = configuration(service('first', route('r1', ['/1'])));
const SECOND = configuration(service('second', route('r2', ['/2'])));
const REFUSED = configuration(service('first', route('r1', ['no slash'])));

describe('a configuration that is accepted', () => {
  test('is held by the hash of its bytes, and sent no more, not even after a restart that kept it', async () => {
    const { proxy, desire, reaches, session, results, events } = await startProxy();
    const hash = desire(FIRST);
    await reaches('in-sync');
    expect(proxy.configurationHash).toBe(hash);
    expect(proxy.pushes).toMatchObject([
      { status: 201, hash, contentType: 'text/yaml', query: 'check_hash=1&flatten_errors=1' },
    ]);
    expect(session()?.information).toMatchObject({ version: '3.9.3', database: 'off' });
    await proxy.stop();
    await reaches('unreachable', 'ConnectionRefused');
    await proxy.start();
    await reaches('in-sync');
    expect(events.filter(({ type }) => type === 'restarted')).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'information-read')).toHaveLength(2);
    expect([proxy.pushes.length, results().length]).toEqual([1, 1]);
  });

  test('is put back when the proxy has lost it, and when somebody else has replaced it', async () => {
    const { proxy, desire, reaches } = await startProxy();
    const hash = desire(FIRST);
    await reaches('in-sync');
    proxy.empty();
    await until(() => proxy.pushes.length === 2 && proxy.configurationHash === hash);
    await proxy.stop();
    await proxy.start({ wipe: true });
    expect(proxy.configurationHash).toBe(EMPTY);
    await until(() => proxy.pushes.length === 3 && proxy.configurationHash === hash);
    await reaches('in-sync');
  });

  test('is applied once more without check_hash where it is asked for', async () => {
    const { proxy, desire, reaches, results } = await startProxy({
      emulator: { applyDelay: { factor: 40 } },
    });
    desire(FIRST);
    await reaches('in-sync');
    desire(FIRST, { checkHash: false });
    await until(() => results().length === 2);
    expect(results().map(({ result }) => result)).toEqual(['accepted', 'accepted']);
    expect(proxy.pushes.map(({ query, status }) => [query, status])).toEqual([
      ['check_hash=1&flatten_errors=1', 201],
      ['flatten_errors=1', 201],
    ]);
  });

  test('of some megabytes arrives, and its answer, which is longer, leaves the connection usable', async () => {
    const { proxy, desire, reaches } = await startProxy();
    desire(large(8_000));
    await reaches('in-sync');
    expect(proxy.pushes[0]?.bytes).toBeGreaterThan(2_000_000);
    desire(FIRST);
    await reaches('in-sync');
    expect(proxy.pushes.map(({ status }) => status)).toEqual([201, 201]);
  }, 60_000);

  test('under another hash than its own is told as such', async () => {
    const { proxy, desire, reaches } = await startProxy();
    proxy.fault({ type: 'wrong-hash' });
    desire(FIRST);
    await reaches('contended', 'HashNotReproducible');
    expect(proxy.pushes.length).toBeLessThanOrEqual(3);
  });
});

describe('a configuration that is refused', () => {
  test('is not sent again, and something newer is', async () => {
    const { proxy, desire, reaches, results } = await startProxy();
    desire(REFUSED);
    await reaches('rejected', 'ConfigurationRefused');
    const { id } = route('r1', []);
    expect(results()).toMatchObject([
      { result: 'refused', refusals: [{ entityType: 'route', entityId: id, entityName: 'r1' }] },
    ]);
    const hash = desire(SECOND);
    await reaches('in-sync');
    expect(proxy.configurationHash).toBe(hash);
    expect(proxy.pushes.map(({ status }) => status)).toEqual([400, 201]);
  });

  test('without a name is sent once more without flatten_errors, which tells the reason', async () => {
    const { proxy, desire, reaches, results } = await startProxy();
    desire({ _format_version: '3.0', routes: [{ ...route('r1', ['/1']), service: 'nope' }] });
    await reaches('rejected');
    expect(proxy.pushes.map(({ query }) => query)).toEqual(['check_hash=1&flatten_errors=1', '']);
    const [pushed] = results();
    expect(pushed?.result === 'refused' && pushed.message).toContain("invalid reference 'service: nope'");
  });

  test('keeps a restarted proxy on what it held before', async () => {
    const { proxy, desire, reaches } = await startProxy();
    const hash = desire(FIRST);
    await reaches('in-sync');
    desire(REFUSED);
    await reaches('rejected');
    expect(proxy.configurationHash).toBe(hash);
  });
});

test.each([
  [{ bodyBytes: 1_000 }, 'ConfigurationExceedsBodyLimit'],
  [{ databaseBytes: 20_000 }, 'ConfigurationExceedsDatabase'],
])(
  'a proxy with the limit %j tells %s, takes what is smaller, and the same after a restart',
  async (limits, code) => {
    const { proxy, desire, reaches, results, session } = await startProxy({ emulator: { limits } });
    desire(large(100));
    await reaches('rejected', code);
    expect(results()).toMatchObject([{ result: 'too-large' }]);
    expect(session()?.sizeLimit).toBeGreaterThan(1_000);
    desire(large(99));
    await until(() => proxy.pushes.length === 2);
    await reaches('rejected', code);
    await proxy.stop();
    await proxy.start();
    await until(() => proxy.pushes.length === 3);
    desire(FIRST);
    await reaches('in-sync');
  },
);

test('a body over the limit of nginx is told from the early answer, while it is being sent', async () => {
  const { desire, reaches, results } = await startProxy();
  desire(large(45_000));
  await reaches('rejected', 'ConfigurationExceedsBodyLimit');
  expect(results()).toMatchObject([{ result: 'too-large' }]);
}, 60_000);

describe('a proxy in trouble', () => {
  test.each([429, 503, 504] as const)('that answers %i is tried again after a wait', async (status) => {
    const { proxy, desire, reaches, results } = await startProxy();
    proxy.fault({ type: 'busy', status, times: 1 });
    desire(FIRST);
    await until(() => results().length === 1);
    expect(results()).toMatchObject([{ result: 'busy', ...(status === 429 && { retryAfterMs: 10_000 }) }]);
    await reaches(status === 429 ? 'waiting' : 'in-sync');
  });

  test('that hangs on a configuration gets no other one meanwhile', async () => {
    const { proxy, desire, reaches, session } = await startProxy();
    desire(FIRST);
    await reaches('in-sync');
    proxy.fault({ type: 'hang' });
    desire(SECOND);
    await until(() => session()?.state === 'pushing');
    desire(FIRST);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(proxy.pushes).toHaveLength(1);
    proxy.clearFaults();
    await until(() => proxy.pushes.length === 3);
    await reaches('in-sync');
    expect(proxy.pushes.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  test('whose connections break while it applies is not sent the same again', async () => {
    const { proxy, desire, reaches, session } = await startProxy({
      emulator: { applyDelay: { factor: 50 } },
    });
    const hash = desire(FIRST);
    await until(() => session()?.state === 'pushing');
    await new Promise((resolve) => setTimeout(resolve, 100));
    proxy.fault({ type: 'refuse-connections' });
    await until(() => proxy.configurationHash === hash);
    proxy.clearFaults();
    await reaches('in-sync');
    expect(proxy.pushes).toHaveLength(1);
  });

  test('that is restarted while it applies is sent the same again, at once', async () => {
    const { proxy, desire, reaches, results } = await startProxy({
      emulator: { applyDelay: { factor: 200 } },
    });
    const hash = desire(FIRST);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await proxy.stop();
    await proxy.start({ wipe: true });
    await reaches('in-sync');
    expect(proxy.configurationHash).toBe(hash);
    expect(results().map(({ result }) => result)).toEqual(['unknown', 'accepted']);
  }, 30_000);

  test('that does not know our certificate is no refusal', async () => {
    const { proxy, desire, reaches } = await startProxy({ isStranger: true });
    desire(FIRST);
    await reaches('unreachable', 'AdminAuthenticationFailed');
    expect(proxy.pushes).toEqual([]);
  });

  test('of a version that is not supported is left alone', async () => {
    const { proxy, desire, reaches } = await startProxy({ emulator: { version: '2.8.1' } });
    desire(FIRST);
    await reaches('waiting', 'ProxyVersionUnsupported');
    expect(proxy.pushes).toEqual([]);
  });
});

test.each([
  ['in the middle', 20],
  ['before the last slice', slicedPayload(large(8_000)).segments.length + 1],
])(
  'an upload whose lease is lost %s never becomes a configuration',
  async (_, questions) => {
    // Asked before the push, before the request, and before each slice.
    let asked = 0;
    let isLost = false;
    const { proxy, desire, reaches } = await startProxy({
      mayPush: () => {
        asked += 1;
        isLost ||= asked > questions;
        return !isLost;
      },
    });
    desire(large(8_000));
    await until(() => isLost && proxy.pushes.length === 1);
    await reaches('waiting', 'NotLeader');
    expect(proxy.pushes).toMatchObject([{ status: 'aborted' }]);
    expect(proxy.configurationHash).toBe(EMPTY);
    asked = 0;
    isLost = false;
    await until(() => proxy.pushes.length > 1);
  },
  60_000,
);
