import type { FanOutEvent } from '@silverback/fan-out';
import { FragmentMap } from '@silverback/kong-configuration';
import type { Fragment, RootKey } from '@silverback/kong-configuration';
import { suspectRoots, type Composition } from './composition.ts';
import type { FleetEventBody } from './events.ts';
import type { Quarantine, QuarantineEntry } from './quarantine.ts';
import { AWAY } from './reach.ts';
import { foundRoots, refusedRoots } from './refused-roots.ts';
import type { Refusal } from './trial.ts';
import { UnnamedRetry, type UnnamedRetryOptions } from './unnamed-retry.ts';
import { UnnamedSearch } from './unnamed-search.ts';

/** What dealing with refusals needs of its group. */
export interface RefusalsOptions extends UnnamedRetryOptions {
  readonly quarantine: Quarantine;
  readonly tell: (event: FleetEventBody) => void;
  /** The form in which a root was accepted last. */
  readonly formOf: (root: RootKey) => Fragment | undefined;
  /** Stores the ledger as it would be with more entries. Resolves when that is done. */
  readonly saveLedger: (more: readonly QuarantineEntry[]) => Promise<void>;
  /** Told that something else is to be held, or kept out for now: what was composed for less is of no use any more. */
  readonly onDecided: () => void;
  /** What the resources say now. */
  readonly current: () => FragmentMap | undefined;
  /** Asks the proxy that refused a composition about the entities of changed roots: see {@link checkSchemas}. */
  readonly check: (
    proxy: string,
    composition: Composition,
    changed: readonly RootKey[],
  ) => Promise<readonly QuarantineEntry[]>;
  /** What was accepted last. */
  readonly accepted: () => Composition | undefined;
}

/** A payload that was refused without a reason that could be found. */
export interface UnnamedRefusal {
  readonly hash: string;
  readonly reason: string;
  /** As in `PushResult`. */
  readonly isContradiction?: true;
}

/**
 * What is done about refusals: named resources go into quarantine. What a refusal is about that names nothing must be among
 * the changes: their entities are shown to Kong one by one, and what that does not bring to light is looked for by trying.
 */
export class Refusals {
  readonly #options: RefusalsOptions;
  #search: UnnamedSearch | undefined;
  /** What a proxy is being asked about. */
  #asked: Composition | undefined;
  /** What the search tries now. */
  #tried: Composition | undefined;
  #isStoring = false;
  #unnamed: UnnamedRefusal | undefined;
  /** The payload that is trusted again since something began to be stored. */
  #trusted: string | undefined;
  readonly #unnamedRetry: UnnamedRetry;

  constructor(options: RefusalsOptions) {
    this.#options = options;
    this.#unnamedRetry = new UnnamedRetry(options);
  }

  /** Whether the ledger is being stored: nothing is composed until it is. */
  get isStoring(): boolean {
    return this.#isStoring;
  }

  /** Whether something is being looked for. */
  get isSearching(): boolean {
    return this.#search !== undefined || this.#asked !== undefined;
  }

  /** Whether what is to be held is being found or stored. */
  get isBusy(): boolean {
    return this.#isStoring || this.isSearching;
  }

  /** The payload that is not to be tried again as it is. */
  get unnamed(): UnnamedRefusal | undefined {
    return this.#unnamed;
  }

  /** Roots whose change is kept out for now. */
  get withheld(): ReadonlySet<RootKey> {
    return this.#search?.withheld ?? new Set();
  }

  /** Ends a search, because the resources have changed or everything ends. */
  endSearch(): void {
    this.#search = undefined;
    this.#asked = undefined;
  }

  /** What a payload was refused for counts no more: a search for it ends, and what is being stored of it is not held. */
  trust(payloadHash: string): void {
    this.endSearch();
    this.#unnamed = undefined;
    this.#trusted = payloadHash;
  }

  /** Ends everything that waits for time to pass. */
  stop(): void {
    this.endSearch();
    this.#unnamedRetry.stop();
    this.#unnamed = undefined;
  }

  /** Takes in what a proxy does: one that comes, or comes back, may accept what the others refused for no known reason. */
  hear(event: FanOutEvent): void {
    if (event.type === 'state-changed' && AWAY.has(event.from) && !AWAY.has(event.to)) this.#tryAgain();
  }

  /** Notes the newest composition. */
  composed(composition: Composition): void {
    this.#tried = this.#search && composition;
    if (composition.payload.hash !== this.#unnamed?.hash) this.#unnamed = undefined;
  }

  /** A composition was accepted. */
  released(composition: Composition): void {
    this.#unnamedRetry.stop();
    if (this.#search === undefined) return;
    if (composition !== this.#tried) {
      // Accepted late: what is suspect is another question now.
      this.endSearch();
      this.#options.onDecided();
      return;
    }
    this.#search.accepted();
    this.#step(this.#search);
  }

  /** A composition was refused. */
  refused(refusal: Refusal, composition: Composition): void {
    const named = refusedRoots(refusal, composition);
    if (named.length > 0) {
      this.#search = undefined;
      void this.#hold(named);
    } else if (this.#search ? composition === this.#tried : composition.current === this.#options.current()) {
      this.#searchFor(refusal, composition);
    }
    // Otherwise what the resources say by now is being composed.
  }

  #tryAgain(): void {
    if (this.#unnamed === undefined) return;
    this.#unnamed = undefined;
    this.#options.onDecided();
  }

  /** Puts roots into quarantine: stored first, in effect then. */
  async #hold(refused: readonly QuarantineEntry[]): Promise<void> {
    const { quarantine, tell, saveLedger, onDecided, formOf } = this.#options;
    this.#isStoring = true;
    this.#trusted = undefined;
    onDecided();
    const entries = refused.map((entry) => {
      const form = formOf(entry.root);
      return form ? { ...entry, forms: [form] } : entry;
    });
    await saveLedger(entries);
    this.#isStoring = false;
    const held = entries.filter(({ payloadHash }) => payloadHash !== this.#trusted);
    for (const entry of held) quarantine.add(entry);
    if (held.length < entries.length) void saveLedger([]);
    if (held.length > 0)
      tell({
        type: 'quarantined',
        roots: held.map(({ root }) => root),
        reason: held.map(({ reason }) => reason).join('; '),
      });
    onDecided();
  }

  /** A refusal that names nothing: what it is about must be among what changed since the last acceptance. */
  #searchFor(refusal: Refusal, composition: Composition): void {
    if (this.#search) {
      this.#search.refused();
      this.#step(this.#search);
      return;
    }
    const accepted = this.#options.accepted();
    // Where what was accepted once is refused by now, it may be about anything.
    const changed = suspectRoots(composition, composition === accepted ? undefined : accepted);
    if (changed.length > 0) {
      void this.#ask(refusal, composition, changed);
      return;
    }
    // Nothing explains it: everything stays as it was last accepted.
    const { message: reason, isContradiction } = refusal;
    const { payload } = composition;
    this.#unnamed = { hash: payload.hash, reason, ...(isContradiction && { isContradiction }) };
    this.#options.tell({ type: 'refused-unnamed', payload, reason });
    this.#unnamedRetry.refused(() => {
      this.#tryAgain();
    });
  }

  async #ask(refusal: Refusal, composition: Composition, changed: readonly RootKey[]): Promise<void> {
    this.#asked = composition;
    const found = await this.#options.check(refusal.proxy, composition, changed);
    // Something else may have come meanwhile.
    if (this.#asked !== composition) return;
    this.#asked = undefined;
    if (found.length > 0) {
      await this.#hold(found);
      return;
    }
    this.#search = new UnnamedSearch(changed, refusal, composition);
    this.#step(this.#search);
  }

  #step(search: UnnamedSearch): void {
    const { tell, onDecided, accepted } = this.#options;
    const step = search.next();
    if (step.type === 'withhold') {
      tell({ type: 'searching', withheld: search.withheld.size, reason: search.reason });
      onDecided();
      return;
    }
    this.#search = undefined;
    const before = accepted()?.shown ?? FragmentMap.EMPTY;
    void this.#hold(foundRoots(step.roots, search, before));
  }
}
