import { SystemClock } from '@silverback/clock';
import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import { EventWriter, StatusWriter, type WriteEvent } from '@silverback/kubernetes';
import {
  CONTROLLER_NAME,
  KINDS_WITH_CONDITIONS,
  type Condition,
  type ResourceEvent,
} from '@silverback/resource-status';
import { TestCluster } from '../testing/cluster.ts';
import { install } from '../testing/definitions.ts';
import { collectionOf, sampleOf } from '../testing/samples.ts';
import { WatchedSource } from '../testing/watched-source.ts';

// What Silverback writes into statuses leaves alone what others wrote.

const CONDITION: Condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: 'Every proxy holds the resource.',
  observedGeneration: 1,
  lastTransitionTime: '2026-11-28T10:00:00Z',
};
const OTHER = { ...CONDITION, type: 'Reviewed', reason: 'Audited', message: 'by somebody else' };

const clock = new SystemClock();
let cluster: TestCluster;
let watched: WatchedSource;
beforeAll(async () => {
  cluster = await TestCluster.start();
  await install(cluster.admin);
  await cluster.namespace('shop');
});
afterAll(() => cluster.close());
beforeEach(() => (watched = new WatchedSource(cluster.admin.http)));
afterEach(() => watched.stop());

interface Written {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly status: {
    readonly conditions: readonly Condition[];
    readonly controllers: readonly { controllerName: string; conditions: readonly Condition[] }[];
    readonly ancestors: readonly { controllerName: string; ancestorRef: { name: string } }[];
    readonly loadBalancer: { readonly ingress: readonly object[] };
  };
}

const pathOf = (kind: Kind, name: string) => `${collectionOf(kind, 'shop')}/${name}`;
const read = async (kind: Kind, name: string) =>
  (await cluster.admin.get(pathOf(kind, name))) as unknown as Written;
const referenceTo = (kind: Kind, name: string) => ({
  kind,
  namespace: RESOURCE_TYPES[kind].namespaced ? 'shop' : '',
  name,
});

/** Runs something with a writer, and waits until so many writes were done or refused. */
async function writing(
  count: number,
  run: (writer: StatusWriter) => Promise<void> | void,
): Promise<WriteEvent[]> {
  const events: WriteEvent[] = [];
  let wake = (): void => undefined;
  const writer = new StatusWriter({
    http: cluster.admin.http,
    clock,
    statuses: watched.source.statuses,
    apiVersionOf: (kind) => watched.source.apiVersionOf(kind),
    mayWrite: () => true,
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
  await run(writer);
  while (events.length < count) await new Promise<void>((resolve) => (wake = resolve));
  await writer.stop();
  return events;
}

test.each([...KINDS_WITH_CONDITIONS] as Kind[])(
  'a condition of a %s stands beside that of another',
  async (kind) => {
    const { admin } = cluster;
    const { apiVersion, metadata } = await create(kind, 'shared');
    const others =
      kind === 'KongLicense'
        ? { controllers: [{ controllerName: 'other/one', conditions: [OTHER] }] }
        : { conditions: [OTHER] };
    const status = { apiVersion, kind, metadata, status: others };
    await admin.apply(`${pathOf(kind, 'shared')}/status`, status, { fieldManager: 'auditor' });
    await watched.start();
    const decision = { resource: referenceTo(kind, 'shared'), condition: CONDITION };
    const events = await writing(1, (writer) => {
      writer.write([decision]);
    });
    expect(events).toEqual([{ type: 'written', kind }]);
    const written = (await read(kind, 'shared')).status;
    const lists =
      kind === 'KongLicense' ? written.controllers.map(({ conditions }) => conditions) : [written.conditions];
    expect(
      lists
        .flat()
        .map(({ type, message }) => [type, message])
        .sort(),
    ).toEqual([
      ['Programmed', CONDITION.message],
      ['Reviewed', OTHER.message],
    ]);
  },
);

async function create(kind: Kind, name: string) {
  const { apiVersion, metadata } = sampleOf(kind, name, 'shop');
  await cluster.admin.create(collectionOf(kind, 'shop'), sampleOf(kind, name, 'shop'));
  return { apiVersion, metadata };
}

test.each(['Ingress', 'TCPIngress', 'UDPIngress'] as const)(
  'the addresses of a %s are written over a conflict, and what else changed stays',
  async (kind) => {
    await create(kind, 'addresses');
    await watched.start();
    // The writer knows an older version than the one that there is.
    await watched.stop();
    await cluster.admin.patch(pathOf(kind, 'addresses'), { metadata: { labels: { late: 'yes' } } });
    const resource = referenceTo(kind, 'addresses');
    const events = await writing(1, (writer) => {
      writer.write([{ resource, addresses: [{ ip: '192.0.2.1' }] }]);
    });
    expect(events).toEqual([{ type: 'written', kind }]);
    const { status, metadata } = await read(kind, 'addresses');
    expect(status.loadBalancer.ingress).toEqual([{ ip: '192.0.2.1' }]);
    expect(metadata).toMatchObject({ labels: { late: 'yes' } });
  },
);

test('the ancestors of a policy that another controller wrote stay', async () => {
  const kind = 'KongUpstreamPolicy';
  await create(kind, 'ancestors');
  const theirs = {
    ancestorRef: { group: 'core', kind: 'Service', namespace: 'shop', name: 'theirs' },
    controllerName: 'konghq.com/kic-gateway-controller',
    conditions: [OTHER],
  };
  await cluster.admin.patch(`${pathOf(kind, 'ancestors')}/status`, { status: { ancestors: [theirs] } });
  await watched.start();
  const ancestor = referenceTo('Service', 'web');
  await writing(1, (writer) => {
    writer.write([
      {
        resource: referenceTo(kind, 'ancestors'),
        ancestors: [{ ancestor, conditions: [{ ...CONDITION, type: 'Accepted' }] }],
      },
    ]);
  });
  const { ancestors } = (await read(kind, 'ancestors')).status;
  expect(ancestors.map(({ controllerName, ancestorRef }) => [controllerName, ancestorRef.name])).toEqual([
    ['konghq.com/kic-gateway-controller', 'theirs'],
    [CONTROLLER_NAME, 'web'],
  ]);
});

test('a status that says it already is not written again', async () => {
  const kind = 'KongPlugin';
  await create(kind, 'same');
  await create(kind, 'other');
  await watched.start();
  const decision = (name: string) => ({ resource: referenceTo(kind, name), condition: CONDITION });
  await writing(1, (writer) => {
    writer.write([decision('same')]);
  });
  const { resourceVersion } = (await read(kind, 'same')).metadata;
  await writing(1, (writer) => {
    writer.write([decision('same'), decision('other')]);
  });
  expect((await read(kind, 'same')).metadata.resourceVersion).toBe(resourceVersion);
});

test('an event is written once and then counted, by whichever replica', async () => {
  await create('KongPlugin', 'told');
  const { uid } = (await read('KongPlugin', 'told')).metadata;
  const resource = { ...referenceTo('KongPlugin', 'told'), uid };
  const event: ResourceEvent = {
    resource,
    type: 'Warning',
    reason: 'KongRefused',
    note: 'no such field',
    key: 'a1b2',
  };
  for (const instance of ['one', 'two']) await tell(instance, event);
  const list = (await cluster.admin.get('/apis/events.k8s.io/v1/namespaces/shop/events')) as unknown as {
    items: { metadata: { name: string }; reason: string; regarding: object; series?: { count: number } }[];
  };
  const told = list.items.filter(({ metadata }) => metadata.name.startsWith('told.'));
  expect(told).toMatchObject([
    { reason: 'KongRefused', regarding: { kind: 'KongPlugin', name: 'told', uid }, series: { count: 2 } },
  ]);
});

async function tell(instance: string, event: ResourceEvent): Promise<void> {
  const outcome = await new Promise<WriteEvent>((resolve) => {
    const writer = new EventWriter({
      http: cluster.admin.http,
      clock,
      instance,
      apiVersionOf: () => undefined,
      uidOf: () => undefined,
      mayWrite: () => true,
      onEvent: resolve,
    });
    writer.write([event]);
  });
  expect(outcome.type).toBe('written');
}
