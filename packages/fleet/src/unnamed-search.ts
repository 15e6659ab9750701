import type { RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import type { Refusal } from './trial.ts';

/** How many payloads are tried to find what a refusal is about. */
const MOST_TRIES = 6;

/** What the search wants next. */
export type SearchStep =
  /** Try a payload without the changes of the roots that are withheld now. */
  | { readonly type: 'withhold' }
  /** These are it, as far as can be told. */
  | { readonly type: 'found'; readonly roots: readonly RootKey[] };

/**
 * Finds the change that Kong refuses without naming it, by trying halves of the changes on top of what was last
 * accepted. What stays in doubt after {@link MOST_TRIES} tries is held together.
 */
export class UnnamedSearch {
  /** Roots of which at least one is refused, whatever else is in the payload. */
  #suspects: readonly RootKey[];
  /** Roots that are kept out meanwhile and of which nothing is known. */
  #untried: readonly RootKey[] = [];
  #inPayload: readonly RootKey[] = [];
  #withheld: ReadonlySet<RootKey> = new Set();
  #tries = 0;
  /** What Kong said. */
  readonly reason: string;
  /** What was refused first. */
  readonly composition: Composition;
  /** Whether it is about something that is not unique or refers to nothing. */
  readonly isContradiction: boolean;

  /** @param changed - the roots that changed since the last accepted payload, at least one, in a stable order */
  constructor(
    changed: readonly RootKey[],
    refusal: Pick<Refusal, 'message' | 'isContradiction'>,
    composition: Composition,
  ) {
    this.#suspects = changed;
    this.reason = refusal.message;
    this.isContradiction = refusal.isContradiction === true;
    this.composition = composition;
  }

  /** Roots whose change is to be kept out of the next try. */
  get withheld(): ReadonlySet<RootKey> {
    return this.#withheld;
  }

  /** The next step; after a `withhold` one of the other two methods must be called with the outcome. */
  next(): SearchStep {
    const [only] = this.#suspects;
    if (this.#suspects.length === 1 && only !== undefined) return { type: 'found', roots: [only] };
    if (this.#tries >= MOST_TRIES) return { type: 'found', roots: this.#suspects };
    this.#tries += 1;
    const half = Math.ceil(this.#suspects.length / 2);
    this.#inPayload = this.#suspects.slice(0, half);
    this.#withheld = new Set([...this.#suspects.slice(half), ...this.#untried]);
    return { type: 'withhold' };
  }

  /** The last try was accepted: what was in it is not refused, so one of the other suspects is. */
  accepted(): void {
    this.#suspects = this.#suspects.slice(this.#inPayload.length);
  }

  /** The last try was refused: one of the suspects in it is; the others may or may not be. */
  refused(): void {
    this.#untried = [...this.#untried, ...this.#suspects.slice(this.#inPayload.length)];
    this.#suspects = this.#inPayload;
  }
}
