import type { ClusterState, Kind, ResourceKey } from '@silverback/cluster-state';
import type { ObservedStatuses } from '@silverback/kubernetes';

/** What tells whether a form of an object has been translated. */
export interface FreshStatusesOptions {
  readonly statuses: Pick<ObservedStatuses, 'at'>;
  readonly state: Pick<ClusterState, 'get'>;
  /** Whether everything in the state has been translated. */
  readonly isTranslated: () => boolean;
}

/**
 * Objects that a watch has shown in a form that may not be translated yet: nothing may be said of a generation by what
 * became of an earlier one.
 */
export class FreshStatuses {
  readonly #options: FreshStatusesOptions;
  readonly #seen = new Set<ResourceKey>();
  /** Those that the translation has in their newest form which is on its way. */
  readonly #onTheirWay = new Set<ResourceKey>();

  constructor(options: FreshStatusesOptions) {
    this.#options = options;
  }

  add(key: ResourceKey): void {
    this.#onTheirWay.delete(key);
    this.#seen.add(key);
  }

  has(key: ResourceKey): boolean {
    return this.#seen.has(key) || this.#onTheirWay.has(key);
  }

  /** A translation of all that is in the state begins. */
  translating(): void {
    for (const key of this.#takeKnown()) this.#onTheirWay.add(key);
  }

  /** Takes out what is translated by now. */
  take(): readonly ResourceKey[] {
    if (!this.#options.isTranslated()) return [];
    return this.#takeKnown();
  }

  /** The translation has ended. Takes out what it was about. */
  translated(): readonly ResourceKey[] {
    const keys = [...this.#onTheirWay];
    this.#onTheirWay.clear();
    return keys;
  }

  /** Those that the state has in the generation that the watch has shown, or that are gone. */
  #takeKnown(): readonly ResourceKey[] {
    const { statuses, state } = this.#options;
    const known = [...this.#seen].filter((key) => {
      const status = statuses.at(key);
      if (status === undefined) return true;
      const { kind, namespace, name } = status.reference;
      const record = state.get(kind as Kind, namespace, name);
      return (record?.revision?.generation ?? -1) >= status.generation;
    });
    for (const key of known) this.#seen.delete(key);
    return known;
  }
}
