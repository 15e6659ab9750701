import { SLICE_MS, TimeSlices, VirtualClock } from '@silverback/clock';
import { ClusterState, type IngressClassRecord, type KongPluginRecord } from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import { DEFAULT_FACTS, FragmentMap } from '@silverback/kong-configuration';
import { TranslationEngine } from '@silverback/translation';
import { ResourcePipeline } from './resource-pipeline.ts';

function plugin(name: string): KongPluginRecord {
  return {
    kind: 'KongPlugin',
    metadata: { namespace: 'shop', name, uid: '', creationTimestamp: '', annotations: {}, labels: {} },
    invalidFields: [],
    body: { plugin: 'rate-limiting', config: { minute: 5 } },
  };
}

const ingressClass: IngressClassRecord = {
  kind: 'IngressClass',
  metadata: { namespace: '', name: 'kong', uid: '', creationTimestamp: '', annotations: {}, labels: {} },
  invalidFields: [],
  controller: 'silverback.dev/ingress-controller',
};

const unreadable: Problem = {
  code: 'ManifestFieldInvalid',
  severity: 'error',
  message: 'is no YAML',
  action: 'the file is left out',
};

/** Each look at it takes so long that every step of a translation fills a slice. */
class SlowClock extends VirtualClock {
  #looks = 0;

  override now(): number {
    this.#looks += 1;
    return super.now() + this.#looks * SLICE_MS;
  }
}

function setUp(clock: VirtualClock = new VirtualClock(), onChanged: () => void = () => undefined) {
  const state = new ClusterState();
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
  const programmed: { roots: string[]; problems: number }[] = [];
  const rereads: number[] = [];
  const pipeline = new ResourcePipeline({
    clock,
    slices: new TimeSlices(clock),
    state,
    engine,
    onChanged,
    fleets: [
      {
        facts: [],
        sourceReread: () => rereads.push(programmed.length),
        setTranslation: (translation, problems) => {
          const fragments = translation.fragmentsFor(DEFAULT_FACTS) ?? FragmentMap.EMPTY;
          programmed.push({ roots: [...fragments.keys()].sort(), problems: problems.length });
        },
      },
    ],
    onTranslated: () => undefined,
  });
  return { clock, pipeline, programmed, rereads };
}

test('nothing is programmed before the first complete snapshot, which is programmed at once', () => {
  const { pipeline, programmed } = setUp();
  expect(pipeline.isStarted).toBe(false);
  expect(programmed).toEqual([]);
  pipeline.receive({ resources: [plugin('limit')], problems: [], isComplete: true });
  expect(pipeline.isStarted).toBe(true);
  expect(programmed).toEqual([{ roots: ['KongPlugin/shop/limit'], problems: 0 }]);
});

test('an empty first snapshot is programmed too: it may be what somebody wants', () => {
  const { pipeline, programmed } = setUp();
  pipeline.receive({ resources: [], problems: [], isComplete: true });
  expect(programmed).toEqual([{ roots: [], problems: 0 }]);
});

test('that the source was read anew is told right before what came of it, and once', async () => {
  const { clock, pipeline, programmed, rereads } = setUp();
  const report = (name: string) => ({
    changes: [{ type: 'upsert' as const, resource: plugin(name) }],
    problems: [],
    isComplete: true,
  });
  pipeline.receive({ resources: [plugin('a')], problems: [], isComplete: true });
  pipeline.receive({ ...report('b'), isReread: true });
  pipeline.receive({ ...report('c'), changes: [], problems: [unreadable] });
  await clock.advance(1000);
  pipeline.receive(report('d'));
  await clock.advance(1000);
  expect(programmed).toHaveLength(4);
  expect(rereads).toEqual([2]);
});

test('later changes are programmed together when they rest, and not after the end', async () => {
  const { clock, pipeline, programmed } = setUp();
  pipeline.receive({ resources: [], problems: [], isComplete: true });
  pipeline.receive({ resources: [plugin('a')], problems: [], isComplete: true });
  pipeline.receive({ resources: [plugin('a'), plugin('b')], problems: [], isComplete: true });
  expect(programmed).toHaveLength(1);
  await clock.advance(100);
  expect(programmed.slice(1)).toEqual([{ roots: ['KongPlugin/shop/a', 'KongPlugin/shop/b'], problems: 0 }]);
  pipeline.receive({ resources: [], problems: [], isComplete: true });
  pipeline.stop();
  await clock.advance(1000);
  expect(programmed).toHaveLength(2);
});

test('problems of files reach the fleets, also when no resource changes', async () => {
  const { clock, pipeline, programmed } = setUp();
  pipeline.receive({ resources: [plugin('a')], problems: [], isComplete: true });
  pipeline.receive({ resources: [plugin('a')], problems: [unreadable], isComplete: true });
  expect(programmed.at(-1)).toEqual({ roots: ['KongPlugin/shop/a'], problems: 1 });
  pipeline.receive({ resources: [plugin('a')], problems: [unreadable], isComplete: true });
  await clock.advance(1000);
  expect(programmed).toHaveLength(2);
});

test('changes alone are taken over as well', async () => {
  const { clock, pipeline, programmed } = setUp();
  pipeline.receive({ resources: [plugin('a')], problems: [], isComplete: true });
  const changes = [
    { type: 'upsert', resource: plugin('b') },
    { type: 'delete', key: 'KongPlugin/shop/a' },
  ] as const;
  pipeline.receive({ changes, problems: [], isComplete: true });
  await clock.advance(100);
  expect(programmed.at(-1)).toEqual({ roots: ['KongPlugin/shop/b'], problems: 0 });
});

test('what comes while a long translation is on its way belongs to the next one', async () => {
  const clock = new SlowClock();
  const { pipeline, programmed } = setUp(clock);
  pipeline.receive({ resources: [plugin('a'), plugin('b')], problems: [], isComplete: true });
  expect(pipeline.isStarted).toBe(false);
  pipeline.receive({ resources: [plugin('b'), plugin('c')], problems: [], isComplete: true });
  for (let turn = 0; turn < 10; turn += 1) await clock.advance(1);
  expect(programmed).toEqual([{ roots: ['KongPlugin/shop/a', 'KongPlugin/shop/b'], problems: 0 }]);
  for (let turn = 0; turn < 10; turn += 1) await clock.advance(100);
  expect(programmed.slice(1)).toEqual([{ roots: ['KongPlugin/shop/b', 'KongPlugin/shop/c'], problems: 0 }]);
});

test('a report that is on its way at the end programs nothing', async () => {
  const clock = new SlowClock();
  const { pipeline, programmed } = setUp(clock);
  pipeline.receive({ resources: [plugin('a'), plugin('b')], problems: [], isComplete: true });
  pipeline.stop();
  for (let turn = 0; turn < 10; turn += 1) await clock.advance(100);
  expect(programmed).toEqual([]);
});

test('a translation that is on its way at the end programs nothing', async () => {
  const clock = new SlowClock();
  const stopped = Promise.withResolvers<undefined>();
  const { pipeline, programmed } = setUp(clock, () => {
    // Not before the translation has begun.
    queueMicrotask(() => {
      pipeline.stop();
      stopped.resolve(undefined);
    });
  });
  pipeline.receive({ resources: [plugin('a'), plugin('b')], problems: [], isComplete: true });
  for (let turn = 0; turn < 10; turn += 1) await clock.advance(100);
  await stopped.promise;
  expect(programmed).toEqual([]);
});

test('a snapshot that changes nothing that is translated leaves the fragments as they are', async () => {
  const { clock, pipeline, programmed } = setUp();
  pipeline.receive({ resources: [plugin('a')], problems: [], isComplete: true });
  pipeline.receive({ resources: [plugin('a'), ingressClass], problems: [], isComplete: true });
  await clock.advance(1000);
  expect(programmed.at(-1)).toEqual({ roots: ['KongPlugin/shop/a'], problems: 0 });
});
