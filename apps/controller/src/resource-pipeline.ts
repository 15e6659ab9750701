import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock, TimeSlices } from '@silverback/clock';
import {
  ChangeNotifier,
  type ClusterState,
  type ReadKey,
  type ResourceChange,
  type ResourceRecord,
} from '@silverback/cluster-state';
import type { Problem } from '@silverback/errors';
import type { Fleet, Translation } from '@silverback/fleet';
import type { RootKey } from '@silverback/kong-configuration';
import type { FragmentChanges, TranslationEngine } from '@silverback/translation';
import { CaExpiry } from './ca-expiry.ts';

/** Everything that a source of resources knows at one moment. */
export interface ResourceSnapshot {
  readonly resources: readonly ResourceRecord[];
  /** Why something could not be read as a resource. */
  readonly problems: readonly Problem[];
  /** False while something of the source has never been read, so that resources may be missing that exist. */
  readonly isComplete: boolean;
}

/** What has changed since the last report of a source. */
export interface ResourceChanges {
  /** True where things were read again, so that something may be missing that was not deleted. */
  readonly isReread?: true;
  readonly changes: readonly ResourceChange[];
  readonly problems: readonly Problem[];
  readonly isComplete: boolean;
}

/** What a source says: everything that it knows, or what has changed. */
export type SourceReport = ResourceSnapshot | ResourceChanges;

/** Where resources come from. */
export interface ResourceSource {
  /** Begins to report. The first report is a snapshot of everything, however long it takes. */
  start(report: (report: SourceReport) => void): Promise<void>;
  /** Ends all watches; no report comes after it resolves. */
  stop(): Promise<void>;
  /** What has not been read yet, in words. */
  missing?(): readonly string[];
  /** Ends connections; called last, because others may use them too. */
  close?(): Promise<void>;
}

/** What one translation did. */
export interface TranslationSummary {
  readonly durationMs: number;
  /** The roots that have another fragment than before, or one for the first time. */
  readonly changed: readonly RootKey[];
  /** The roots that have none any more. */
  readonly removed: readonly RootKey[];
}

export interface ResourcePipelineOptions {
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly state: ClusterState;
  readonly engine: TranslationEngine;
  readonly fleets: readonly Pick<Fleet, 'setTranslation' | 'sourceReread' | 'facts'>[];
  /** Called before a translation with the read keys whose answers have changed since the last one. */
  readonly onChanged?: (touched: ReadonlySet<ReadKey>) => void;
  /** Called when the fleets have been given what a translation made; they compose it in their own time. */
  readonly onTranslated: (summary: TranslationSummary) => void;
}

/** The way of the data from a source of resources to the fleets. */
export class ResourcePipeline {
  readonly #options: ResourcePipelineOptions;
  readonly #notifier: ChangeNotifier;
  readonly #expiry: CaExpiry;
  /** What came while a report was taken over or translated: a translation has to see one version of the resources. */
  readonly #waiting: SourceReport[] = [];
  readonly #translation: Translation;
  #isTaking = false;
  #isTranslating = false;
  #cancelTaking: Cancel = () => undefined;
  #cancelTranslation: Cancel = () => undefined;
  #problems: readonly Problem[] = [];
  #isComplete = true;
  #isReread = false;
  #started = false;

  constructor(options: ResourcePipelineOptions) {
    this.#options = options;
    const { clock, state, engine } = options;
    this.#translation = {
      get facets() {
        return engine.facets;
      },
      // Half of a translation would be neither the resources of before nor those of now.
      fragmentsFor: (facts) => (this.#isBusy ? undefined : engine.fragmentsFor(facts)),
      currentResources: (facts) => engine.currentResources(facts),
    };
    this.#expiry = new CaExpiry({
      clock,
      state,
      onDue: () => {
        this.#takeExpired();
      },
    });
    this.#notifier = new ChangeNotifier({
      clock,
      listener: (touched) => {
        this.#translate(touched);
      },
    });
  }

  /** Whether the first complete snapshot has reached the fleets. */
  get isStarted(): boolean {
    return this.#started;
  }

  /** Whether everything that was reported has reached the fleets. */
  get isResting(): boolean {
    return this.#started && !this.#isBusy && this.#waiting.length === 0 && !this.#notifier.isWaiting;
  }

  get #isBusy(): boolean {
    return this.#isTaking || this.#isTranslating;
  }

  /** Takes a report over. The first one is translated at once, later ones when changes rest. */
  receive(report: SourceReport): void {
    if (this.#isBusy) {
      this.#waiting.push(report);
      return;
    }
    this.#isTaking = true;
    this.#cancelTaking = this.#options.slices.run(this.#takeInSteps(report), (touched) => {
      this.#isTaking = false;
      // It holds the whole report.
      this.#cancelTaking = () => undefined;
      this.#taken(report, touched);
      if (!this.#isBusy) this.#receiveWaiting();
    });
  }

  #takeInSteps(report: SourceReport) {
    const { state } = this.#options;
    return 'changes' in report
      ? state.applyInSteps(this.#expiry.taken(report.changes))
      : state.replaceAllInSteps(this.#expiry.allTaken(report.resources));
  }

  #taken(report: SourceReport, touched: ReadonlySet<ReadKey>): void {
    if ('changes' in report && report.isReread && touched.size > 0) this.#isReread = true;
    const problemsChanged = !isDeepStrictEqual(this.#problems, report.problems);
    this.#problems = report.problems;
    const completed = report.isComplete !== this.#isComplete;
    this.#isComplete = report.isComplete;
    if (!this.#started) {
      this.#translate(touched);
    } else if (touched.size > 0) {
      this.#notifier.add(touched);
    } else if (problemsChanged || completed) {
      this.#program();
    }
  }

  /** Ends waiting for changes to rest, and what is on its way. */
  stop(): void {
    this.#cancelTaking();
    this.#cancelTranslation();
    this.#expiry.stop();
    this.#notifier.stop();
  }

  #translate(touched: ReadonlySet<ReadKey>): void {
    const { clock, slices, engine } = this.#options;
    // Nothing is applied while a translation is on its way, but what was applied before may come to rest meanwhile.
    if (this.#isBusy) {
      this.#notifier.add(touched);
      return;
    }
    this.#isTranslating = true;
    this.#prepareForFacts();
    this.#options.onChanged?.(touched);
    const startedAt = clock.now();
    this.#cancelTranslation = slices.run(engine.updateInSteps(touched), (changes) => {
      this.#isTranslating = false;
      // It holds all that was touched, which after a start is everything.
      this.#cancelTranslation = () => undefined;
      this.#finish(changes, clock.now() - startedAt);
    });
  }

  /** What proxies say of themselves is translated for with everything else, not afterwards in one go. */
  #prepareForFacts(): void {
    const { engine, fleets } = this.#options;
    const facts = fleets.flatMap((fleet) => fleet.facts);
    engine.keepOnly(facts);
    for (const some of facts) engine.fragmentsFor(some);
  }

  #finish({ changed, removed }: FragmentChanges, durationMs: number): void {
    this.#started = true;
    if (this.#isReread) for (const fleet of this.#options.fleets) fleet.sourceReread();
    this.#isReread = false;
    this.#program();
    this.#options.onTranslated({ durationMs, changed: [...changed.keys()], removed });
    this.#receiveWaiting();
  }

  #receiveWaiting(): void {
    for (const report of this.#waiting.splice(0)) this.receive(report);
    this.#takeExpired();
  }

  /** Time is a source too: what has expired meanwhile changes as if somebody had said so. */
  #takeExpired(): void {
    // The end of what is on its way leads here again.
    if (this.#isBusy) return;
    this.#notifier.add(this.#options.state.apply(this.#expiry.expired()));
  }

  #program(): void {
    for (const fleet of this.#options.fleets) {
      fleet.setTranslation(this.#translation, this.#problems, this.#isComplete);
    }
  }
}
