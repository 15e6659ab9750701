import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@silverback/clock';
import {
  ChangeNotifier,
  type ClusterState,
  type ReadKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { Fleet } from '@silverback/fleet';
import type { TranslationEngine } from '@silverback/translation';

/** Everything that a source of resources knows at one moment. */
export interface ResourceSnapshot {
  readonly resources: readonly ResourceRecord[];
  /** Why something could not be read as a resource. */
  readonly problems: readonly Problem[];
  /** False while something of the source has never been read, so that resources may be missing that exist. */
  readonly isComplete: boolean;
}

/** Where resources come from. */
export interface ResourceSource {
  /** Begins to report. Each report is complete; the first comes before `start` resolves. */
  start(report: (snapshot: ResourceSnapshot) => void): Promise<void>;
  /** Ends all watches; no report comes after it resolves. */
  stop(): Promise<void>;
}

/** What one translation did. */
export interface TranslationSummary {
  readonly durationMs: number;
  readonly changed: number;
  readonly removed: number;
}

export interface ResourcePipelineOptions {
  readonly clock: Clock;
  readonly state: ClusterState;
  readonly engine: TranslationEngine;
  readonly fleets: readonly Pick<Fleet, 'setFragments'>[];
  /** Called before a translation with the read keys whose answers have changed since the last one. */
  readonly onChanged?: (touched: ReadonlySet<ReadKey>) => void;
  /** Called after the fleets have what a translation made. */
  readonly onTranslated: (summary: TranslationSummary) => void;
}

/** The way of the data from a source of resources to the fleets. */
export class ResourcePipeline {
  readonly #options: ResourcePipelineOptions;
  readonly #notifier: ChangeNotifier;
  #problems: readonly Problem[] = [];
  #isComplete = true;
  #started = false;

  constructor(options: ResourcePipelineOptions) {
    this.#options = options;
    this.#notifier = new ChangeNotifier({
      clock: options.clock,
      listener: (touched) => {
        this.#translate(touched);
      },
    });
  }

  /** Whether the first complete snapshot has reached the fleets. */
  get isStarted(): boolean {
    return this.#started;
  }

  /** Takes a snapshot over. The first one is translated at once, later ones when changes rest. */
  receive(snapshot: ResourceSnapshot): void {
    const touched = this.#options.state.replaceAll(snapshot.resources);
    const problemsChanged = !isDeepStrictEqual(this.#problems, snapshot.problems);
    this.#problems = snapshot.problems;
    const completed = snapshot.isComplete !== this.#isComplete;
    this.#isComplete = snapshot.isComplete;
    if (!this.#started) {
      this.#started = true;
      this.#translate(touched);
    } else if (touched.size > 0) {
      this.#notifier.add(touched);
    } else if (problemsChanged || completed) {
      this.#program();
    }
  }

  /** Ends waiting for changes to rest. */
  stop(): void {
    this.#notifier.stop();
  }

  #translate(touched: ReadonlySet<ReadKey>): void {
    const { clock, engine, onTranslated } = this.#options;
    this.#options.onChanged?.(touched);
    const startedAt = clock.now();
    const { changed, removed } = engine.update(touched);
    const durationMs = clock.now() - startedAt;
    this.#program();
    onTranslated({ durationMs, changed: changed.size, removed: removed.length });
  }

  #program(): void {
    const fragments = this.#options.engine.fragments();
    for (const fleet of this.#options.fleets) fleet.setFragments(fragments, this.#problems, this.#isComplete);
  }
}
