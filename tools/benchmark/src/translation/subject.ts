import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import {
  ClusterState,
  type ReadKey,
  type ResourceChange,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { Assembly, type Payload } from '@silverback/kong-configuration';
import { TranslationEngine } from '@silverback/translation';

/** How long the two stages of one change took, in ms, from the change of the state on. */
export interface ChangeTimes {
  /** Until all fragments were made anew. */
  readonly fragmentsMs: number;
  /** Until the new hash was known. */
  readonly bytesMs: number;
}

/** The way from resources to the bytes for Kong, driven as the controller drives it. */
export class Subject {
  readonly #state = new ClusterState();
  readonly #engine = new TranslationEngine({ state: this.#state, settings: { ingressClass: 'kong' } });
  readonly #assembly = new Assembly();
  #payload: Payload | undefined;

  get payload(): Payload {
    if (this.#payload === undefined) throw new Error('nothing was translated yet');
    return this.#payload;
  }

  /** How often a root was translated. */
  get translated(): number {
    return this.#engine.translated;
  }

  load(records: readonly ResourceRecord[]): ReadonlySet<ReadKey> {
    return this.#state.replaceAll(records);
  }

  async translate(touched: ReadonlySet<ReadKey>): Promise<ChangeTimes> {
    const startedAt = performance.now();
    const { changed, removed } = await inSlices(this.#engine.updateInSteps(touched));
    const fragmentsMs = performance.now() - startedAt;
    const gone = removed.map((root) => [root, undefined] as const);
    const { payload } = await inSlices(this.#assembly.updateInSteps([...changed, ...gone]));
    this.#payload = payload;
    return { fragmentsMs, bytesMs: performance.now() - startedAt };
  }

  async change(changes: readonly ResourceChange[]): Promise<ChangeTimes> {
    const startedAt = performance.now();
    const touched = this.#state.apply(changes);
    const before = performance.now() - startedAt;
    const { fragmentsMs, bytesMs } = await this.translate(touched);
    return { fragmentsMs: before + fragmentsMs, bytesMs: before + bytesMs };
  }
}

/** How long a slice of work may keep the event loop, in ms: as in the controller. */
const SLICE_MS = 20;

async function inSlices<T>(steps: Generator<unknown, T, undefined>): Promise<T> {
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + SLICE_MS;
  }
}
