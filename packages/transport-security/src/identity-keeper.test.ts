import { mkdtempSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SystemClock, VirtualClock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import {
  FileCredentialSource,
  IdentityKeeper,
  type Credentials,
  type IdentityEvent,
  type IdentityKeeperOptions,
} from './index.ts';
import { makeAuthority } from './testing.ts';

const authority = await makeAuthority('test CA', { toDays: 400 });
const nextAuthority = await makeAuthority('next CA', { toDays: 400 });
const client = await authority.issue({}, { toDays: 90 });
const renewed = await authority.issue({}, { toDays: 180 });
const good: Credentials = { ca: authority.pem, ...client };
const day = 86_400_000;

let keeper: IdentityKeeper | undefined;
afterEach(() => keeper?.stop());

/** A keeper over credentials that the test changes, with its events. */
async function keep(first: Credentials, options: Partial<IdentityKeeperOptions> = {}) {
  const clock = new VirtualClock(new Date());
  const held = { credentials: [first] as (Credentials | Error)[], reads: 0 };
  const events: IdentityEvent[] = [];
  const started = new IdentityKeeper({
    source: {
      description: 'the test',
      // Gives what the test put there, one after the other; the last one stays.
      read: () => {
        held.reads += 1;
        const now = held.credentials.length > 1 ? held.credentials.shift() : held.credentials[0];
        return now instanceof Error ? Promise.reject(now) : Promise.resolve(now ?? {});
      },
    },
    clock,
    onEvent: (event) => events.push(event),
    ...options,
  });
  keeper = started;
  await started.start();
  return {
    keeper: started,
    clock,
    held,
    events,
    change: (...next: typeof held.credentials) => (held.credentials = next),
  };
}

const described = (events: readonly IdentityEvent[]): string[] =>
  events.map((event) => (event.type === 'identity-refused' ? event.reason.code : event.type));

test('a changed certificate and token are a new generation; the same again is none', async () => {
  const { keeper, clock, events, change } = await keep({ ...good, token: 'one' });
  expect(keeper.current()).toMatchObject({ generation: 1, headers: { 'kong-admin-token': 'one' } });
  change({ ca: authority.pem, ...renewed, token: 'two' });
  await clock.advance(60_000);
  expect(keeper.current()).toMatchObject({
    generation: 2,
    identity: { generation: 2, certificate: renewed.certificate },
    headers: { 'kong-admin-token': 'two' },
  });
  expect(described(events)).toEqual(['identity-rolled']);
});

test('half of a change does not count', async () => {
  const { keeper, clock, events, change } = await keep(good);
  const half = { ...good, certificate: renewed.certificate };
  change(half, { ...half, ca: nextAuthority.pem }, { ...good, ...renewed });
  await clock.advance(60_000);
  expect(keeper.current().identity?.key).toBe(renewed.key);
  expect(described(events)).toEqual(['identity-rolled']);
});

test.each<[string, () => Promise<Credentials | Error>]>([
  [
    'TlsCertificateExpired',
    async () => ({ ...good, ...(await authority.issue({}, { fromDays: -3, toDays: -1 })) }),
  ],
  [
    'TlsCertificateNotYetValid',
    async () => ({ ...good, ...(await authority.issue({}, { fromDays: 1, toDays: 3 })) }),
  ],
  ['TlsKeyMismatch', () => Promise.resolve({ ...good, key: renewed.key })],
  ['TlsKeyUnreadable', () => Promise.resolve({ ...good, key: 'no key' })],
  ['TlsCertificateUnreadable', () => Promise.resolve({ ...good, certificate: 'no certificate' })],
  ['TlsCaMissing', () => Promise.resolve({ ...good, ca: '' })],
  ['TlsCaUnreadable', () => Promise.resolve({ ...good, ca: 'no certificate' })],
  [
    'TlsCaExpired',
    async () => ({ ...good, ca: (await makeAuthority('old', { fromDays: -9, toDays: -1 })).pem }),
  ],
  ['HeaderMalformed', () => Promise.resolve({ ...good, headers: { 'x-key': 'a\r\nhost: other' } })],
  [
    'CredentialUnreadable',
    () => Promise.resolve(new SilverbackError('CredentialUnreadable', { message: 'gone' })),
  ],
])(
  'what is unusable (%s) is refused once with its reason, and the old identity stays',
  async (code, make) => {
    const { keeper, clock, events, change } = await keep(good);
    const before = keeper.current();
    change(await make());
    await clock.advance(60_000);
    expect(keeper.current()).toBe(before);
    expect(described(events)).toEqual([code]);
    expect(keeper.report()).toMatchObject({ generation: 1, refusedChanges: 1, problem: { code } });
    change(good);
    await clock.advance(60_000);
    expect(keeper.current()).toBe(before);
    expect(described(events)).toEqual([code, 'identity-restored']);
    expect(keeper.report().problem).toBeUndefined();
  },
);

test('a certificate that is not valid yet is taken when its time comes', async () => {
  const { keeper, clock, change } = await keep(good, { pollMs: day / 8 });
  const upcoming = await authority.issue({}, { fromDays: 1, toDays: 30 });
  change({ ...good, ...upcoming });
  await clock.advance(60_000);
  expect(keeper.report()).toMatchObject({ generation: 1, problem: { code: 'TlsCertificateNotYetValid' } });
  await clock.advance(day);
  expect(keeper.report().problem).toBeUndefined();
  expect(keeper.current()).toMatchObject({ generation: 2, identity: { key: upcoming.key } });
});

test('while CAs change both are trusted, for a bounded time', async () => {
  const { keeper, clock, events, change } = await keep(good, { caOverlapMs: 600_000 });
  change({ ...good, ca: nextAuthority.pem });
  await clock.advance(60_000);
  expect(keeper.current().identity?.ca).toContain(authority.pem);
  expect(keeper.current().identity?.ca).toContain(nextAuthority.pem);
  expect(keeper.report().previousCaTrustedUntil?.getTime()).toBeGreaterThan(clock.date().getTime());
  await clock.advance(600_000);
  expect(keeper.current()).toMatchObject({
    generation: 3,
    identity: { generation: 3, ca: nextAuthority.pem },
  });
  expect(keeper.report().previousCaTrustedUntil).toBeUndefined();
  expect(events).toMatchObject([
    { type: 'identity-rolled', because: 'credentials-changed' },
    { type: 'identity-rolled', because: 'previous-ca-dropped' },
  ]);
});

test('the trust in a former CA ends on time, however rarely the source is read', async () => {
  const { keeper, clock, change } = await keep(good, { caOverlapMs: 600_000, pollMs: 3_600_000 });
  await clock.advance(60_000);
  change({ ...good, ca: nextAuthority.pem });
  await clock.advance(3_600_000);
  expect(keeper.current()).toMatchObject({ generation: 2 });
  await clock.advance(600_000);
  expect(keeper.current()).toMatchObject({ generation: 3, identity: { ca: nextAuthority.pem } });
});

test('a source that tells of changes without end is read all the same', async () => {
  let tell = (): void => undefined;
  const held = { credentials: good };
  const { keeper, clock } = await keep(good, {
    source: {
      description: 'the test',
      read: () => Promise.resolve(held.credentials),
      watch: (onChange) => {
        tell = onChange;
        return () => undefined;
      },
    },
  });
  held.credentials = { ...good, ...renewed };
  for (let step = 0; step < 50; step += 1) {
    tell();
    await clock.advance(10);
  }
  expect(keeper.current()).toMatchObject({ generation: 2 });
});

test('a change of something else does not prolong the trust; the next change of the bundle ends it', async () => {
  const { keeper, clock, change } = await keep(good, { caOverlapMs: 600_000 });
  change({ ...good, ca: nextAuthority.pem });
  await clock.advance(300_000);
  const { previousCaTrustedUntil } = keeper.report();
  change({ ...good, ca: nextAuthority.pem, token: 'new' });
  await clock.advance(60_000);
  expect(keeper.report().previousCaTrustedUntil).toEqual(previousCaTrustedUntil);
  expect(keeper.current().identity?.ca).toContain(authority.pem);
  const third = await makeAuthority('third CA');
  change({ ...good, ca: third.pem });
  await clock.advance(60_000);
  expect(keeper.current().identity?.ca).toContain(nextAuthority.pem);
  expect(keeper.current().identity?.ca).not.toContain(authority.pem);
});

test('a CA that must go at once goes at once without an overlap', async () => {
  const { keeper, clock, change } = await keep(good, { caOverlapMs: 0 });
  change({ ...good, ca: nextAuthority.pem });
  await clock.advance(60_000);
  expect(keeper.current()).toMatchObject({ generation: 2, identity: { ca: nextAuthority.pem } });
});

test('what ends in less than 14 days is warned of, once a day', async () => {
  const { keeper, clock, events } = await keep(
    { ca: authority.pem, ...(await authority.issue({}, { toDays: 16 })) },
    { pollMs: day / 4 },
  );
  expect(keeper.report()).toMatchObject({ expiresInDays: 15, caExpiresInDays: 399 });
  await clock.advance(day);
  expect(events).toEqual([]);
  await clock.advance(2.6 * day);
  expect(events).toMatchObject([
    { type: 'certificate-expiring', kind: 'client', daysLeft: 13 },
    { type: 'certificate-expiring', kind: 'client', daysLeft: 12 },
  ]);
});

test('so is a CA of the bundle that ends', async () => {
  const { events } = await keep({ ca: (await makeAuthority('short', { toDays: 10 })).pem });
  expect(events).toMatchObject([{ type: 'certificate-expiring', kind: 'ca', daysLeft: 9 }]);
});

test('what is unusable at the start is an error, and nothing is watched', async () => {
  await expect(keep({ ...good, key: renewed.key })).rejects.toMatchObject({ code: 'TlsKeyMismatch' });
});

test('what is unusable at the start can be waited for: it is told, and taken when it has been mended', async () => {
  const clock = new VirtualClock(new Date());
  const events: IdentityEvent[] = [];
  let held: Credentials = { ...good, key: renewed.key };
  keeper = new IdentityKeeper({
    source: { description: 'the test', read: () => Promise.resolve(held) },
    clock,
    onEvent: (event) => events.push(event),
  });
  expect(await keeper.startEvenIfUnusable()).toMatchObject({ code: 'TlsKeyMismatch' });
  expect(() => keeper?.current()).toThrow('the private key does not belong to the client certificate');
  expect(keeper.report()).toMatchObject({ generation: 0, problem: { code: 'TlsKeyMismatch' } });
  await clock.advance(60_000);
  expect(described(events)).toEqual(['TlsKeyMismatch']);
  held = good;
  await clock.advance(60_000);
  expect(described(events)).toEqual(['TlsKeyMismatch', 'identity-rolled']);
  expect(keeper.current()).toMatchObject({ generation: 1, identity: { key: client.key } });
  expect(keeper.report().problem).toBeUndefined();
});

test('without a CA there is a token only', async () => {
  const { keeper } = await keep({ token: 's3cret', headers: { 'X-Gateway': 'a b' } });
  expect(keeper.current()).toEqual({
    generation: 1,
    headers: { 'kong-admin-token': 's3cret', 'x-gateway': 'a b' },
  });
});

test('once stopped it reads and tells nothing more', async () => {
  const { keeper, clock, events, held, change } = await keep(good);
  change({ ...good, ...renewed });
  await clock.advance(25);
  await keeper.stop();
  const { reads } = held;
  await clock.advance(day);
  expect([events, held.reads, clock.pendingTimers]).toEqual([[], reads, 0]);
});

test('a mounted Secret that is replaced by its link is one change', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  const path = (name: string): string => join(folder, name);
  const names = { 'ca.crt': 'ca', 'tls.crt': 'certificate', 'tls.key': 'key', token: 'token' } as const;
  /** As the kubelet does: a new folder beside the old one, and one link that is replaced. */
  const mount = (version: string, content: Required<Omit<Credentials, 'headers'>>): void => {
    mkdirSync(path(version));
    for (const [file, field] of Object.entries(names))
      writeFileSync(path(join(version, file)), content[field]);
    symlinkSync(version, path('..data_tmp'));
    renameSync(path('..data_tmp'), path('..data'));
  };
  mount('..v1', { ca: authority.pem, ...client, token: 'one' });
  for (const name of Object.keys(names)) symlinkSync(join('..data', name), path(name));
  const source = new FileCredentialSource({
    caFile: path('ca.crt'),
    certFile: path('tls.crt'),
    keyFile: path('tls.key'),
    tokenFile: path('token'),
  });
  try {
    const events: IdentityEvent[] = [];
    const rolled = Promise.withResolvers<undefined>();
    const readAfterStart = Promise.withResolvers<undefined>();
    let reads = 0;
    keeper = new IdentityKeeper({
      source: {
        description: source.description,
        read: async () => {
          const credentials = await source.read();
          reads += 1;
          if (reads === 2) readAfterStart.resolve(undefined);
          return credentials;
        },
        watch: (onChange) => source.watch(onChange),
      },
      clock: new SystemClock(),
      // Longer than the test may take: only the watch can find the change.
      pollMs: 3_600_000,
      onEvent: (event) => {
        events.push(event);
        rolled.resolve(undefined);
      },
    });
    await keeper.start();
    await readAfterStart.promise;
    await nextTurn();
    mount('..v2', { ca: nextAuthority.pem, ...renewed, token: 'two' });
    // Before the old folder is removed: only the link has changed.
    await rolled.promise;
    rmSync(path('..v1'), { recursive: true });
    expect(described(events)).toEqual(['identity-rolled']);
    expect(keeper.current()).toMatchObject({
      generation: 2,
      identity: { key: renewed.key },
      headers: { 'kong-admin-token': 'two' },
    });
    unlinkSync(path('..data'));
  } finally {
    await keeper?.stop();
    rmSync(folder, { recursive: true });
  }
});
