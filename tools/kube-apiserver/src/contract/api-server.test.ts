import { serverUnderTest, type ServerUnderTest } from '../testing/server-under-test.ts';
import { collectionOf, sampleOf } from '../testing/samples.ts';
import { DEFINITIONS } from '../testing/definitions.ts';

// What Silverback relies on: observed on kube-apiserver 1.35, and the cluster emulator does the same.

interface Answer {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly items: readonly { readonly metadata: { readonly name: string } }[];
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly message: string }[] };
}

interface Line {
  readonly type: string;
  readonly object: Answer;
}

const SERVICES = collectionOf('Service', 'shop');
const SECRETS = collectionOf('Secret', 'shop');
const PLUGINS = collectionOf('KongPlugin', 'shop');
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

let server: ServerUnderTest;
beforeAll(async () => (server = await serverUnderTest()));
afterAll(() => server.close());

const get = async (path: string, query?: Record<string, string>) =>
  (await server.client.get(path, query)) as unknown as Answer;
const create = async (path: string, body: object) =>
  (await server.client.create(path, body)) as unknown as Answer;
const service = (name: string) => sampleOf('Service', name, 'shop');
const plugin = (name: string) => sampleOf('KongPlugin', name, 'shop');
const condition = (type: string, message: string) => ({
  type,
  status: 'True',
  reason: 'Tested',
  message,
  lastTransitionTime: '2026-11-28T10:00:00Z',
});

/** Reads so many lines of a watch. */
async function watch(
  path: string,
  query: Record<string, string>,
  count: number,
  accept?: string,
): Promise<Line[]> {
  const abort = new AbortController();
  const lines: Line[] = [];
  const request = {
    path,
    query: { watch: 'true', ...query },
    signal: abort.signal,
    ...(accept && { accept }),
  };
  for await (const batch of server.client.http.lines(request)) {
    lines.push(...batch.map((line) => JSON.parse(line) as Line));
    if (lines.length >= count) break;
  }
  abort.abort();
  return lines;
}

const told = (lines: readonly Line[]) => lines.map(({ type, object }) => `${type} ${object.metadata.name}`);

test('pages are of one moment, and say how much is left', async () => {
  for (const name of ['page-a', 'page-b', 'page-c'])
    await create(SERVICES, { ...service(name), metadata: { name, labels: { pages: 'yes' } } });
  const query = { limit: '2', labelSelector: 'pages=yes' };
  const first = await get(SERVICES, query);
  await create(SERVICES, { ...service('page-d'), metadata: { name: 'page-d', labels: { pages: 'yes' } } });
  const second = await get(SERVICES, { ...query, continue: first.metadata.continue ?? '' });
  expect([first, second].map(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual([
    ['page-a', 'page-b'],
    ['page-c'],
  ]);
  expect([first.metadata.resourceVersion, second.metadata.continue]).toEqual([
    second.metadata.resourceVersion,
    undefined,
  ]);
  expect(
    await server.client.refusal({ path: SERVICES, query: { limit: '1', continue: 'nonsense' } }),
  ).toMatchObject({ status: 400 });
});

test('a watch tells what came after a version, in order', async () => {
  const { metadata } = await get(SERVICES, { limit: '1' });
  await create(SERVICES, service('watched'));
  await server.client.patch(`${SERVICES}/watched`, { metadata: { labels: { a: 'b' } } });
  await server.client.delete(`${SERVICES}/watched`);
  const lines = await watch(SERVICES, { resourceVersion: metadata.resourceVersion }, 3);
  expect(told(lines)).toEqual(['ADDED watched', 'MODIFIED watched', 'DELETED watched']);
  const versions = lines.map(({ object }) => BigInt(object.metadata.resourceVersion));
  expect(versions).toEqual([...new Set(versions)].sort((left, right) => (left < right ? -1 : 1)));
});

test('a list within a watch ends with a bookmark that says so', async () => {
  await create(SECRETS, sampleOf('Secret', 'streamed', 'shop'));
  const query = {
    sendInitialEvents: 'true',
    resourceVersionMatch: 'NotOlderThan',
    allowWatchBookmarks: 'true',
    fieldSelector: 'metadata.name=streamed',
  };
  const lines = await watch(SECRETS, query, 2);
  expect(lines.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
  expect(lines[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
  const without = { ...query, resourceVersionMatch: '' };
  expect(await server.client.refusal({ path: SECRETS, query: { watch: 'true', ...without } })).toMatchObject({
    status: 422,
    message: expect.stringContaining(
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ) as string,
  });
});

const metadataAs = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

test('metadata is asked for as a list of lists, and as objects of watches', async () => {
  const [first] = await watch(DEFINITIONS, {}, 1, metadataAs('PartialObjectMetadata'));
  expect(first?.object.kind).toBe('PartialObjectMetadata');
  expect(
    await watch(DEFINITIONS, { timeoutSeconds: '5' }, 1, metadataAs('PartialObjectMetadataList')),
  ).toEqual([]);
  const refused = { path: DEFINITIONS, accept: metadataAs('PartialObjectMetadata') };
  expect(await server.client.refusal(refused)).toMatchObject({ status: 406 });
});

test('Secrets are selected by their type', async () => {
  await create(SECRETS, { metadata: { name: 'typed' }, type: 'helm.sh/release.v1' });
  const { items } = await get(SECRETS, { fieldSelector: 'type!=helm.sh/release.v1,type!=other' });
  expect(items.map(({ metadata }) => metadata.name)).not.toContain('typed');
  const query = { fieldSelector: 'data.key=x' };
  expect(await server.client.refusal({ path: SECRETS, query })).toMatchObject({ status: 400 });
});

test('what is there already, is gone, or has changed meanwhile is refused', async () => {
  const made = await create(PLUGINS, plugin('conflict'));
  expect(
    await server.client.refusal({ method: 'POST', path: PLUGINS, body: plugin('conflict') }),
  ).toMatchObject({ status: 409 });
  const path = `${PLUGINS}/conflict`;
  await server.client.patch(path, { metadata: { labels: { a: 'b' } } });
  const { resourceVersion } = made.metadata;
  const stale = { ...plugin('conflict'), metadata: { name: 'conflict', namespace: 'shop', resourceVersion } };
  expect(await server.client.refusal({ method: 'PUT', path, body: stale })).toMatchObject({ status: 409 });
  const body = { metadata: { resourceVersion }, status: {} };
  const patch = { method: 'PATCH', contentType: MERGE, body } as const;
  expect(await server.client.refusal({ ...patch, path: `${path}/status` })).toMatchObject({ status: 409 });
  expect(await server.client.refusal({ path: `${PLUGINS}/none` })).toMatchObject({ status: 404 });
  // A status is applied to whatever has the name: its uid is not looked at, but a version is.
  const { apiVersion, kind } = plugin('conflict');
  const apply = (fields: object) => {
    const metadata = { name: 'conflict', namespace: 'shop', ...fields };
    const query = { fieldManager: 'one', force: 'true' };
    const body = { apiVersion, kind, metadata, status: {} };
    return { method: 'PATCH', path: `${path}/status`, contentType: APPLY, query, body } as const;
  };
  expect(await server.client.refusal(apply({ uid: 'another' }))).toBeUndefined();
  expect(await server.client.refusal(apply({ resourceVersion }))).toMatchObject({ status: 409 });
});

test('only what is wanted counts as a generation, and a status is written at its own path', async () => {
  const path = `${PLUGINS}/generation`;
  const made = await create(PLUGINS, {
    ...plugin('generation'),
    status: { conditions: [condition('Early', 'x')] },
  });
  expect([made.metadata.generation, made.status]).toEqual([1, undefined]);
  await server.client.patch(`${path}/status`, {
    config: { a: 1 },
    status: { conditions: [condition('Late', 'y')] },
  });
  const written = await get(path);
  expect([written.metadata.generation, 'config' in written]).toEqual([1, false]);
  expect(written.status?.conditions?.map(({ type }) => type)).toEqual(['Late']);
  await server.client.patch(path, { config: { a: 1 } });
  expect((await get(path)).metadata.generation).toBe(2);
});

test('conditions of several managers stand beside each other, and one owner is asked before it loses a field', async () => {
  const path = `${PLUGINS}/managers`;
  const { apiVersion, kind, metadata } = plugin('managers');
  await create(PLUGINS, plugin('managers'));
  const apply = (manager: string, message: string, type: string, query = {}) => {
    const body = { apiVersion, kind, metadata, status: { conditions: [condition(type, message)] } };
    return {
      method: 'PATCH',
      path: `${path}/status`,
      contentType: APPLY,
      body,
      query: { fieldManager: manager, ...query },
    } as const;
  };
  expect(await server.client.refusal(apply('one', 'first', 'Programmed'))).toBeUndefined();
  expect(await server.client.refusal(apply('two', 'second', 'Reviewed'))).toBeUndefined();
  expect(await server.client.refusal(apply('two', 'taken', 'Programmed'))).toMatchObject({ status: 409 });
  expect(await server.client.refusal(apply('two', 'taken', 'Programmed', { force: 'true' }))).toBeUndefined();
  const { status } = await get(path);
  // What two no longer applies is gone, unless one owns it too.
  expect(status?.conditions?.map(({ type, message }) => [type, message])).toEqual([['Programmed', 'taken']]);
});

test('a Lease keeps its times to the microsecond', async () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/shop/leases';
  const spec = { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: '2026-11-28T10:00:00.123000Z' };
  await create(path, { metadata: { name: 'lease' }, spec });
  expect(await get(`${path}/lease`)).toMatchObject({ spec });
  const none = { metadata: { name: 'none' }, spec: { ...spec, leaseDurationSeconds: 0 } };
  expect(await server.client.refusal({ method: 'POST', path, body: none })).toMatchObject({ status: 422 });
});

test('an event has a note of 1,024 bytes at most', async () => {
  const path = '/apis/events.k8s.io/v1/namespaces/shop/events';
  const event = (name: string, note: string) => ({
    metadata: { name, namespace: 'shop' },
    eventTime: '2026-11-28T10:00:00.000000Z',
    reportingController: 'silverback.dev/controller',
    reportingInstance: 'one',
    action: 'Program',
    reason: 'Tested',
    type: 'Warning',
    note,
    regarding: { kind: 'Service', namespace: 'shop', name: 'x' },
  });
  await create(path, event('short', 'x'.repeat(1024)));
  expect(
    await server.client.refusal({ method: 'POST', path, body: event('long', 'x'.repeat(1025)) }),
  ).toMatchObject({ status: 422 });
  const series = { count: 2, lastObservedTime: '2026-11-28T10:01:00.000000Z' };
  await server.client.patch(`${path}/short`, { series });
  expect(await get(`${path}/short`)).toMatchObject({ series });
});

test('objects go with their definition, and so does what is served', async () => {
  const vaults = collectionOf('KongVault', 'shop');
  await create(vaults, sampleOf('KongVault', 'doomed', 'shop'));
  const { metadata } = await get(vaults);
  const going = watch(vaults, { resourceVersion: metadata.resourceVersion }, 1);
  await server.client.delete(`${DEFINITIONS}/kongvaults.configuration.konghq.com`);
  expect(told(await going)).toEqual(['DELETED doomed']);
  expect(await server.client.refusal({ path: '/apis/none.example.com/v1' })).toMatchObject({ status: 404 });
});
