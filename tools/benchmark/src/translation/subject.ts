import { performance } from 'node:perf_hooks';
import { SystemClock, TimeSlices } from '@silverback/clock';
import {
  ClusterState,
  type ReadKey,
  type ResourceChange,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { Fleet, type Translation } from '@silverback/fleet';
import type { Payload } from '@silverback/kong-configuration';
import { TranslationEngine } from '@silverback/translation';

/** How long the two stages of one change took, in ms, from the change of the state on. */
export interface ChangeTimes {
  /** Until all fragments were made anew. */
  readonly fragmentsMs: number;
  /** Until the new hash was known. */
  readonly bytesMs: number;
}

/** The way from resources to the bytes for Kong, as the controller drives it: in slices, and through a fleet. */
export class Subject {
  readonly #state = new ClusterState();
  readonly #engine = new TranslationEngine({ state: this.#state, settings: { ingressClass: 'kong' } });
  readonly #slices: TimeSlices;
  readonly #fleet: Fleet;
  #onComposed: () => void = () => undefined;

  constructor() {
    const clock = new SystemClock();
    this.#slices = new TimeSlices(clock);
    this.#fleet = new Fleet({
      name: 'benchmark',
      clock,
      slices: this.#slices,
      connect: () => {
        throw new Error('the fleet of this benchmark has no proxies');
      },
      onEvent: ({ type }) => {
        if (type === 'composed') this.#onComposed();
      },
    });
  }

  get payload(): Payload {
    const { desired } = this.#fleet;
    if (desired === undefined) throw new Error('nothing was translated yet');
    return desired;
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
    const composed = new Promise<void>((resolve) => {
      this.#onComposed = resolve;
    });
    const fragmentsMs = await new Promise<number>((resolve) => {
      this.#slices.run(this.#engine.updateInSteps(touched), () => {
        resolve(performance.now() - startedAt);
        const { facets } = this.#engine;
        const translation: Translation = {
          facets,
          fragmentsFor: (facts) => this.#engine.fragmentsFor(facts),
          currentResources: (facts) => this.#engine.currentResources(facts),
        };
        this.#fleet.setTranslation(translation, []);
      });
    });
    await composed;
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
