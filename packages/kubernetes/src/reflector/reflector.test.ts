import { SystemClock, VirtualClock, type Clock } from '@silverback/clock';
import { KubeHttp } from '../access/kube-http.ts';
import { advanceUntil } from '../testing/turns.ts';
import { TestApiServer, type TestObject } from '../testing/api-server.ts';
import { Reflector } from './reflector.ts';

const PATH = '/api/v1/secrets';

function secret(name: string): TestObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' } };
}

/** A reflector of Secrets by name, with what it says. */
function reflect(http: KubeHttp, clock: Clock, isOffered: boolean) {
  const log: string[] = [];
  const received: number[] = [];
  const waiting: { entry: string; resolve: () => void }[] = [];
  const note = (entry: string): void => {
    log.push(entry);
    for (const each of waiting) if (each.entry === entry) each.resolve();
  };
  const reflector = new Reflector<string>({
    http,
    clock,
    collection: { path: PATH, apiVersion: 'v1', kind: 'Secret', pageSize: 2 },
    project: ({ metadata }) => metadata?.name ?? '',
    sink: {
      replaced: (items, reason) => {
        note(`${reason}: ${items.join(' ')}`);
      },
      changed: (events) => {
        for (const { type, item } of events) note(`${type} ${item}`);
      },
      failed: (error) => {
        note(error === undefined ? 'works' : 'fails');
      },
    },
    onBytes: (count) => received.push(count),
    initialLists: { isOffered },
    random: () => 0,
    idleMs: 60_000,
  });
  const heard = (entry: string): Promise<void> =>
    log.includes(entry) ? Promise.resolve() : new Promise((resolve) => waiting.push({ entry, resolve }));
  const bytes = (): number => received.reduce((sum, count) => sum + count, 0);
  return { reflector, log, heard, bytes };
}

async function withServer(
  clock: Clock,
  run: (server: TestApiServer, parts: ReturnType<typeof reflect>) => Promise<void>,
  isOffered = false,
): Promise<void> {
  const server = new TestApiServer();
  const http = new KubeHttp({ credentials: await server.start(), clock });
  const parts = reflect(http, clock, isOffered);
  try {
    await run(server, parts);
  } finally {
    await parts.reflector.stop();
    await http.close();
    await server.stop();
  }
}

test('lists in pages, then watches from there', () =>
  withServer(new SystemClock(), async (server, { reflector, log, heard }) => {
    for (const name of ['a', 'b', 'c']) server.put(PATH, secret(name));
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    expect(reflector.isSynced).toBe(true);
    server.put(PATH, secret('d'));
    server.delete(PATH, secret('a'));
    await heard('delete a');
    expect(log).toEqual(['works', 'start: a b c', 'upsert d', 'delete a']);
    expect(server.requests.map(({ query }) => query.get('limit') ?? query.get('resourceVersion'))).toEqual([
      '2',
      '2',
      '103',
    ]);
    expect([reflector.applied, reflector.version]).toEqual(['105', '105']);
  }));

test('goes on after a broken connection where it was, without listing again', () =>
  withServer(new VirtualClock(), async (server, { reflector, log, heard }) => {
    server.put(PATH, secret('a'));
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    server.send(PATH, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '150' } } });
    server.put(PATH, secret('b'));
    await heard('upsert b');
    server.cut();
    await heard('fails');
    expect(log).toEqual(['works', 'start: a', 'upsert b', 'fails']);
    expect(reflector.isLive).toBe(false);
  }));

test('is live again as soon as a watch stands, also where nothing happens', async () => {
  const clock = new VirtualClock();
  await withServer(clock, async (server, { reflector, log, heard }) => {
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    server.cut();
    await heard('fails');
    while (clock.pendingTimers === 0) await new Promise(setImmediate);
    await clock.advance(400);
    await server.until(() => server.watches(PATH) === 1);
    while (!reflector.isLive) await new Promise(setImmediate);
    expect(log).toEqual(['works', 'start: ', 'fails', 'works']);
  });
});

test('lists anew when the API server no longer knows what came since', () =>
  withServer(new SystemClock(), async (server, { reflector, log, heard }) => {
    server.put(PATH, secret('a'));
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    server.send(PATH, { type: 'ERROR', object: { code: 410, message: 'too old resource version' } });
    await heard('expired: a');
    expect(log).not.toContain('fails');
  }));

test('waits longer after each failure, and never gives up', async () => {
  const clock = new VirtualClock();
  await withServer(clock, async (server, { reflector, heard }) => {
    let failures = 3;
    server.intercept = () => (failures-- > 0 ? { status: 500, message: 'etcd is away' } : undefined);
    reflector.start();
    for (const [count, wait] of [
      [1, 400],
      [2, 800],
      [3, 1600],
    ] as const) {
      await server.until(() => server.requests.length === count);
      while (clock.pendingTimers === 0) await new Promise(setImmediate);
      await clock.advance(wait - 1);
      expect(server.requests).toHaveLength(count);
      await clock.advance(1);
    }
    await heard('start: ');
  });
});

test('a watch that says nothing for too long is given up', async () => {
  const clock = new VirtualClock();
  await withServer(clock, async (server, { reflector, heard }) => {
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    while (clock.pendingTimers === 0) await new Promise(setImmediate);
    await clock.advance(60_000);
    await heard('fails');
    await clock.advance(400);
    await server.until(
      () => server.requests.filter(({ query }) => query.get('watch') === 'true').length === 2,
    );
  });
});

test('takes the list from the begin of the watch where that is offered', () =>
  withServer(
    new SystemClock(),
    async (server, { reflector, log, heard }) => {
      server.initialLists = 'sent';
      for (const name of ['a', 'b', 'c']) server.put(PATH, secret(name));
      reflector.start();
      await heard('start: a b c');
      expect([reflector.version, reflector.applied, reflector.lists]).toEqual(['103', '103', 1]);
      server.put(PATH, secret('d'));
      await heard('upsert d');
      expect(log).toEqual(['works', 'start: a b c', 'upsert d']);
      expect(server.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
        {
          watch: 'true',
          allowWatchBookmarks: 'true',
          timeoutSeconds: '300',
          sendInitialEvents: 'true',
          resourceVersionMatch: 'NotOlderThan',
        },
      ]);
    },
    true,
  ));

test('lists in pages where lists within watches are refused', () =>
  withServer(
    new SystemClock(),
    async (server, { reflector, log, heard }) => {
      server.put(PATH, secret('a'));
      reflector.start();
      await heard('start: a');
      expect(log).toEqual(['works', 'start: a']);
    },
    true,
  ));

test('lists in pages where lists within watches are asked for and nothing comes', async () => {
  const clock = new VirtualClock();
  await withServer(
    clock,
    async (server, { reflector, log, heard }) => {
      server.initialLists = 'ignored';
      server.put(PATH, secret('a'));
      reflector.start();
      await server.until(() => server.watches(PATH) === 1);
      while (clock.pendingTimers === 0) await new Promise(setImmediate);
      await clock.advance(15_000);
      await heard('start: a');
      expect(log).toEqual(['works', 'start: a']);
    },
    true,
  );
});

test('a watch that is accepted again stands, although it has nothing to say', async () => {
  const clock = new VirtualClock();
  await withServer(clock, async (server, { reflector, log }) => {
    reflector.start();
    await server.until(() => server.watches(PATH) === 1);
    server.cut();
    await advanceUntil(clock, () => log.includes('fails'), 0);
    await advanceUntil(clock, () => log.at(-1) === 'works', 100);
    expect([reflector.isLive, log]).toEqual([true, ['works', 'start: ', 'fails', 'works']]);
  });
});

test('an API server that knows no version that it has just told is not stormed', async () => {
  const clock = new VirtualClock();
  await withServer(clock, async (server, { reflector, heard }) => {
    server.intercept = ({ query }) =>
      query.get('watch') === 'true' ? { status: 410, message: 'too old resource version' } : undefined;
    reflector.start();
    await heard('fails');
    expect(server.requests.filter(({ query }) => query.has('limit'))).toHaveLength(2);
  });
});

test.each([true, false])('tells the bytes of all that comes, lists within watches: %s', (isOffered) =>
  withServer(
    new SystemClock(),
    async (server, { reflector, heard, bytes }) => {
      for (const name of ['a', 'b', 'c']) {
        const { metadata, ...object } = secret(name);
        server.put(PATH, { ...object, metadata: { ...metadata, labels: { long: 'ä'.repeat(1000) } } });
      }
      reflector.start();
      await heard('start: a b c');
      const listed = bytes();
      // Three labels of 2000 bytes each, and what stands around them.
      expect(listed).toBeGreaterThan(6000);
      expect(listed).toBeLessThan(8000);
      await server.until(() => server.watches(PATH) === 1);
      server.put(PATH, secret('d'));
      await heard('upsert d');
      expect(bytes() - listed).toBeGreaterThan(JSON.stringify(secret('d')).length);
      expect(bytes() - listed).toBeLessThan(1000);
    },
    isOffered,
  ),
);
