import { createHash } from 'node:crypto';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ResourceRecord } from '@silverback/cluster-state';
import { seededRandom } from '../random.ts';
import { median } from '../statistics.ts';
import type { MeasuringTask, TranslationFigures } from './figures.ts';
import { Subject, type ChangeTimes } from './subject.ts';
import { changedIngress, changedPlugin, changedSlice, newConsumer, workload } from './workload.ts';

/** How often each kind of change is measured. The median counts. */
const CHANGES = 15;

/** How often the event loop is looked at, in ms. */
const RESOLUTION_MS = 5;

/** Measures one workload in this process, which should do nothing else before or after. */
export async function measure({ certificates, ...task }: MeasuringTask): Promise<TranslationFigures> {
  const subject = new Subject();
  const touched = subject.load(workload(task, certificates));
  collectGarbage();
  await setImmediate();

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // A delay is the time between two looks: the first look measures nothing.
  await sleep(4 * RESOLUTION_MS);
  const startedAt = performance.now();
  await subject.translate(touched);
  const fullMs = performance.now() - startedAt;

  const random = seededRandom(task.seed);
  const someone = (): number => Math.floor(random() * task.ingresses);
  const ingress = await repeated(subject, (round) => [changedIngress(someone(), { path: `/v${round}` })]);
  const slice = await repeated(subject, (round) => [changedSlice(someone(), { endpoints: 4 + (round % 3) })]);
  const plugin = await repeated(subject, (round) => [changedPlugin(round + 1)]);
  const consumer = await repeated(subject, (round) => newConsumer(task.consumers + round));
  // A step that is still on its way would not be seen otherwise.
  await setImmediate();
  delay.disable();

  const { payload } = subject;
  const md5Ms = median(Array.from({ length: CHANGES }, () => hashTime(payload.segments)));
  collectGarbage();
  return {
    ...task,
    fullMs,
    oneIngressToFragmentMs: ingress.fragmentsMs,
    oneIngressToBytesMs: ingress.bytesMs,
    md5Ms,
    oneSliceToBytesMs: slice.bytesMs,
    sharedPluginToBytesMs: plugin.bytesMs,
    newConsumerToBytesMs: consumer.bytesMs,
    heapMb: process.memoryUsage().heapUsed / 1024 ** 2,
    rssMb: process.memoryUsage().rss / 1024 ** 2,
    payloadMb: payload.byteLength / 1e6,
    entities: payload.counts.entities,
    loopBlockMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
  };
}

async function repeated(
  subject: Subject,
  changeOf: (round: number) => readonly ResourceRecord[],
): Promise<ChangeTimes> {
  const times: ChangeTimes[] = [];
  for (let round = 0; round < CHANGES; round += 1) {
    const changes = changeOf(round).map((resource) => ({ type: 'upsert', resource }) as const);
    const before = subject.payload.hash;
    times.push(await subject.change(changes));
    if (subject.payload.hash === before) throw new Error('a change of the benchmark changed nothing');
    await setImmediate();
  }
  return {
    fragmentsMs: median(times.map(({ fragmentsMs }) => fragmentsMs)),
    bytesMs: median(times.map(({ bytesMs }) => bytesMs)),
  };
}

function hashTime(segments: readonly Uint8Array[]): number {
  const startedAt = performance.now();
  const hash = createHash('md5');
  for (const segment of segments) hash.update(segment);
  hash.digest();
  return performance.now() - startedAt;
}

function collectGarbage(): void {
  globalThis.gc?.();
}
