import { SLICE_MS, TimeSlices, VirtualClock } from '@silverback/clock';
import { ClusterState, projectResource, type ResourceRecord } from '@silverback/cluster-state';
import { describeProblem } from '@silverback/errors';
import { assemble, DEFAULT_FACTS, encodePayload, type FragmentMap } from '@silverback/kong-configuration';
import { createTestCa } from '@silverback/test-certificates';
import { TranslationEngine } from '@silverback/translation';
import { load, loadAll } from 'js-yaml';
import { ResourcePipeline } from './resource-pipeline.ts';
import { ingressManifest, serviceManifest } from './testing/manifests.ts';

const ID = 'cce8c384-721f-4f58-85dd-50834e3e733a';
const START = new Date('2026-01-01T00:00:00Z');
/** Later than any timer of Node.js can be set for. */
const END = new Date('2026-02-15T12:00:00Z');
const UNTIL_END = END.getTime() - START.getTime();

let expiring: ResourceRecord;
let renewed: ResourceRecord;

beforeAll(async () => {
  const [first, second] = await Promise.all([
    createTestCa('CA', { notBefore: new Date('2025-01-01T00:00:00Z'), notAfter: END }),
    // Its time has not come yet: proxies take it.
    createTestCa('CA', {
      notBefore: new Date('2027-01-01T00:00:00Z'),
      notAfter: new Date('2036-01-01T00:00:00Z'),
    }),
  ]);
  expiring = authority(first.certificate);
  renewed = authority(second.certificate);
});

function record(manifest: unknown): ResourceRecord {
  const projection = projectResource(manifest);
  if (!('resource' in projection)) throw new Error('the manifest holds no resource');
  return projection.resource;
}

function authority(cert: string): ResourceRecord {
  const metadata = { name: 'ca', namespace: 'shop', labels: { 'konghq.com/ca-cert': 'true' } };
  return record({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { id: ID, cert } });
}

const annotations = {
  'konghq.com/protocol': 'https',
  'konghq.com/tls-verify': 'true',
  'konghq.com/ca-certificates-secrets': 'ca',
};
const bank = loadAll(serviceManifest('bank')).map((manifest) => {
  const { metadata } = manifest as { readonly metadata: object };
  return record({ ...(manifest as object), metadata: { ...metadata, annotations } });
});
const shop = [
  ...bank,
  ...loadAll(serviceManifest('cart')).map(record),
  record(load(ingressManifest('bank', '/bank', 'bank'))),
  record(load(ingressManifest('cart', '/cart', 'cart'))),
];

/** Each look at it takes so long that every step of a translation fills a slice. */
class SlowClock extends VirtualClock {
  #looks = 0;

  override now(): number {
    this.#looks += 1;
    return super.now() + this.#looks * SLICE_MS;
  }
}

/** What proxies would be given, and what is said about it. */
function composed(fragments: FragmentMap) {
  const assembly = assemble(fragments.values());
  const { segments, hash } = encodePayload(assembly);
  const { ca_certificates: authorities = [], services = [] } = JSON.parse(
    Buffer.concat(segments).toString(),
  ) as { ca_certificates?: { id: string }[]; services?: { name: string }[] };
  const problems = [...fragments.values()].flatMap((fragment) => fragment.problems);
  return {
    hash,
    authorities: authorities.map(({ id }) => id),
    services: services.map(({ name }) => name),
    problems: [...problems, ...assembly.problems].map(describeProblem),
  };
}

function setUp(clock: VirtualClock = new VirtualClock(START)) {
  const state = new ClusterState();
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
  const programmed: ReturnType<typeof composed>[] = [];
  const pipeline = new ResourcePipeline({
    clock,
    slices: new TimeSlices(clock),
    state,
    engine,
    fleets: [
      {
        facts: [],
        sourceReread: () => undefined,
        setTranslation: (translation) => {
          const fragments = translation.fragmentsFor({ ...DEFAULT_FACTS, upstreamKeepalivePoolSize: 0 });
          if (fragments !== undefined) programmed.push(composed(fragments));
        },
      },
    ],
    onTranslated: () => undefined,
  });
  return {
    clock,
    pipeline,
    programmed,
    read: (...resources: readonly ResourceRecord[]) => {
      pipeline.receive({ resources, problems: [], isComplete: true });
    },
  };
}

const EXPIRED = {
  authorities: [],
  services: ['shop.cart.80'],
  problems: expect.arrayContaining([
    expect.stringContaining('CaCertificateExpired'),
    expect.stringContaining('Secret/shop/ca gives no certificate'),
  ]) as unknown,
};
const USABLE = { authorities: [ID], services: ['shop.bank.80', 'shop.cart.80'], problems: [] };

test('a CA certificate that expires while others run is taken out at once, with what needs it', async () => {
  const { clock, programmed, read } = setUp();
  read(...shop, expiring);
  await clock.advance(UNTIL_END);
  expect(programmed).toEqual([expect.objectContaining(USABLE)]);
  await clock.advance(1000);
  expect(programmed.slice(1)).toEqual([expect.objectContaining(EXPIRED)]);
});

test('whoever starts after its end gives proxies the same bytes as who has seen it expire', async () => {
  const running = setUp();
  running.read(...shop, expiring);
  await running.clock.advance(UNTIL_END + 1000);
  const late = setUp(new VirtualClock(new Date(END.getTime() + 5000)));
  late.read(...[...shop, expiring].reverse());
  expect(late.programmed).toEqual([expect.objectContaining(EXPIRED)]);
  expect(late.programmed[0]?.hash).toBe(running.programmed.at(-1)?.hash);
});

test('a successor brings everything back, also one whose time has not come', async () => {
  const { clock, pipeline, programmed, read } = setUp(new VirtualClock(new Date(END.getTime() + 5000)));
  read(...shop, expiring);
  pipeline.receive({ changes: [{ type: 'upsert', resource: renewed }], problems: [], isComplete: true });
  await clock.advance(100);
  expect(programmed.slice(1)).toEqual([expect.objectContaining(USABLE)]);
});

test('a successor that came in time is not taken for the one before it', async () => {
  const { clock, programmed, read } = setUp();
  read(...shop, expiring);
  read(...shop, renewed);
  await clock.advance(UNTIL_END + 1000);
  expect(programmed.map(({ authorities }) => authorities)).toEqual([[ID], [ID]]);
});

test('a certificate that is gone, or is no CA certificate any more, is not waited for', async () => {
  const { clock, pipeline, read } = setUp();
  const report = { problems: [], isComplete: true };
  const plain = record({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'ca', namespace: 'shop' } });
  for (const change of [
    { type: 'delete', key: 'Secret/shop/ca' },
    { type: 'upsert', resource: plain },
  ] as const) {
    read(...shop, expiring);
    await clock.advance(1000);
    expect(clock.pendingTimers).toBe(1);
    pipeline.receive({ changes: [change], ...report });
    await clock.advance(1000);
    expect(clock.pendingTimers).toBe(0);
  }
});

test('reading an expired one again changes nothing', async () => {
  const { clock, programmed, read } = setUp();
  read(...shop, expiring);
  await clock.advance(UNTIL_END + 1000);
  read(...shop, expiring);
  await clock.advance(1000);
  expect(programmed).toHaveLength(2);
});

test('one that expires while something else is taken over is taken out afterwards', async () => {
  const { clock, pipeline, programmed, read } = setUp(new SlowClock(START));
  const changes = ['a', 'b', 'c'].map((name) => ({
    type: 'upsert' as const,
    resource: record(load(ingressManifest(name, `/${name}`, 'cart'))),
  }));
  // Its first slice comes right before the certificate expires, the others come after that.
  clock.schedule(UNTIL_END + 1, () => {
    pipeline.receive({ changes, problems: [], isComplete: true });
  });
  read(...shop, expiring);
  await clock.advance(UNTIL_END + 1);
  expect(programmed).toEqual([expect.objectContaining(USABLE)]);
  for (let turn = 0; turn < 20; turn += 1) await clock.advance(100);
  expect(programmed.at(-1)).toEqual(expect.objectContaining(EXPIRED));
});

test('after the end nothing is waited for', () => {
  const { clock, pipeline, read } = setUp();
  read(...shop, expiring);
  expect(clock.pendingTimers).toBe(1);
  pipeline.stop();
  expect(clock.pendingTimers).toBe(0);
});
