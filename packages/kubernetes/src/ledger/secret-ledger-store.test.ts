import { randomBytes } from 'node:crypto';
import { VirtualClock } from '@silverback/clock';
import type { LedgerEntry } from '@silverback/fleet';
import { KubeHttp } from '../access/kube-http.ts';
import { TestApiServer } from '../testing/api-server.ts';
import { advanceUntil, turns } from '../testing/turns.ts';
import type { WriteEvent } from '../write/write-queue.ts';
import { packLedger, unpackLedger } from './ledger-content.ts';
import { SecretLedgerStore } from './secret-ledger-store.ts';

const SECRETS = '/api/v1/namespaces/silverback/secrets';
const PATH = `${SECRETS}/silverback-ledger-edge`;

let clock: VirtualClock;
let server: TestApiServer;
let http: KubeHttp;
let stores: SecretLedgerStore[];

beforeEach(async () => {
  clock = new VirtualClock();
  server = new TestApiServer();
  http = new KubeHttp({ credentials: await server.start(), clock });
  stores = [];
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.stop()));
  await http.close();
  await server.stop();
});

function replica(mayWrite: () => boolean = () => true) {
  const events: WriteEvent[] = [];
  const told: (readonly LedgerEntry[])[] = [];
  const errors: string[] = [];
  const store = new SecretLedgerStore({
    http,
    clock,
    namespace: 'silverback',
    name: 'silverback-ledger-edge',
    mayWrite,
    random: () => 0,
    onEvent: (event) => events.push(event),
  });
  store.follow(
    (entries) => told.push(entries),
    ({ code }) => errors.push(code),
  );
  stores.push(store);
  return { store, events, told, errors };
}

function entry(name: string, reason = 'config.minute: must be greater than 0'): LedgerEntry {
  return { root: `KongPlugin/shop/${name}`, fragmentHash: name, reason, payloadHash: 'p', facets: {} };
}

test('the leader stores what is read back, and others are told of it', async () => {
  const leader = replica();
  const standby = replica(() => false);
  expect(await Promise.all([leader.store.load(), standby.store.load()])).toEqual([[], []]);
  await leader.store.save([entry('a')]);
  await leader.store.save([entry('a'), entry('b')]);
  await server.until(() => server.watches(SECRETS) === 2);
  await advanceUntil(clock, () => standby.told.length === 2);
  expect(standby.told).toEqual([[entry('a')], [entry('a'), entry('b')]]);
  expect(leader.told).toEqual([]);
  expect(await replica().store.load()).toEqual([entry('a'), entry('b')]);
  const writes = server.requests.filter(({ method }) => method !== 'GET');
  expect(writes.map(({ method }) => method)).toEqual(['POST', 'PUT']);
});

test('a replica that does not lead writes nothing', async () => {
  const { store } = replica(() => false);
  await store.load();
  await store.save([entry('a')]);
  expect(server.get(PATH)).toBeUndefined();
});

test('whoever takes over reads what its watch has not shown yet', async () => {
  const leader = replica();
  const standby = replica(() => false);
  await Promise.all([leader.store.load(), standby.store.load()]);
  await standby.store.stop();
  await leader.store.save([entry('a')]);
  const successor = replica(() => false);
  await successor.store.load();
  await leader.store.save([entry('b')]);
  await successor.store.refresh(new AbortController().signal);
  expect(successor.told.at(-1)).toEqual([entry('b')]);
});

test('it is stored over what somebody else has done to it', async () => {
  const leader = replica();
  await leader.store.load();
  await leader.store.save([entry('a')]);
  const stored = server.get(PATH);
  if (stored) server.put(SECRETS, { ...stored, metadata: { ...stored.metadata, labels: { mine: 'too' } } });
  await leader.store.save([entry('b')]);
  if (stored) server.delete(SECRETS, stored);
  await leader.store.save([entry('c')]);
  expect(await replica().store.load()).toEqual([entry('c')]);
});

test('an API server that is away is waited for, but not for ever, and one that forbids is not', async () => {
  const { store, events } = replica();
  await store.load();
  let status = 503;
  server.intercept = ({ method }) =>
    method === 'POST' && status !== 200 ? { status, message: 'no' } : undefined;
  const saving = store.save([entry('a')]);
  await advanceUntil(clock, () => events.filter(({ type }) => type === 'failed').length >= 3, 500);
  status = 200;
  await advanceUntil(clock, () => events.at(-1)?.type === 'written', 500);
  await saving;
  server.intercept = ({ method }) => (method === 'PUT' ? { status: 503, message: 'no' } : undefined);
  const failures: unknown[] = [];
  const lost = store.save([entry('b')]).catch((error: unknown) => failures.push(error));
  await advanceUntil(clock, () => failures.length > 0, 500);
  await lost;
  expect(failures).toMatchObject([{ code: 'StateUnwritable' }]);
  server.intercept = ({ method }) => (method === 'PUT' ? { status: 403, message: 'no' } : undefined);
  await expect(store.save([entry('c')])).rejects.toMatchObject({ code: 'StateUnwritable' });
});

test('what is no ledger is told of and counts as empty', async () => {
  const data = { 'ledger.json.gz': Buffer.from('{}').toString('base64') };
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'silverback-ledger-edge', namespace: 'silverback' },
  };
  server.put('/api/v1/secrets', { ...secret, data });
  const { store, told, errors } = replica(() => false);
  await expect(store.load()).rejects.toMatchObject({ code: 'StateUnreadable' });
  await server.until(() => server.watches(SECRETS) === 1);
  server.put('/api/v1/secrets', { ...secret, data: {} });
  await server.until(() => true);
  await advanceUntil(clock, () => told.length === 1);
  await turns();
  expect([told, errors]).toEqual([[[]], ['StateUnreadable']]);
});

/** An entry with a held form of about so many bytes that can't be made shorter. */
function held(name: string, bytes: number): LedgerEntry {
  const content = randomBytes(bytes).toString('base64');
  const forms = [{ root: `KongPlugin/shop/${name}`, parts: [content] }] as unknown as LedgerEntry['forms'];
  return { ...entry(name), ...(forms && { forms }) };
}

test('a ledger that would be too large loses the largest held forms before anything else', async () => {
  const entries = [held('small', 100), held('large', 2_000), entry('none')];
  const whole = await packLedger(entries);
  expect([await unpackLedger(whole.text), whole.formless]).toEqual([entries, []]);
  const size = Buffer.from(whole.text, 'base64').length;
  const { text, formless } = await packLedger(entries, size - 1);
  expect(formless).toEqual(['KongPlugin/shop/large']);
  expect(await unpackLedger(text)).toEqual([entries[0], { ...entry('large'), forms: [] }, entry('none')]);
});

test('that there is no room for a held form is told once', async () => {
  const leader = replica();
  await leader.store.load();
  const entries = [held('large', 1_000_000), entry('none')];
  await leader.store.save(entries);
  await leader.store.save([...entries, entry('more')]);
  expect(leader.errors).toEqual(['StateUnwritable']);
  expect((await replica().store.load()).map(({ root }) => root)).toHaveLength(3);
});

test('a ledger that would be too large gets shorter reasons, then fewer entries', async () => {
  const random = (length: number, seed: number): string =>
    Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * 7919 + seed * 104_729) % 26))).join('');
  const entries = Array.from({ length: 200 }, (_, at) => entry(`p${at}`, random(2_000, at)));
  const { text: whole } = await packLedger(entries);
  expect(await unpackLedger(whole)).toEqual(entries);
  const size = Buffer.from(whole, 'base64').length;
  const shorter = await unpackLedger((await packLedger(entries, size - 1)).text);
  expect([shorter.length, shorter[0]?.reason.length]).toEqual([200, 120]);
  const { text: packed } = await packLedger(entries, 500);
  expect(Buffer.from(packed, 'base64').length).toBeLessThanOrEqual(500);
  const few = await unpackLedger(packed);
  expect(few.length).toBeGreaterThan(0);
  expect(few.length).toBeLessThan(200);
});
