import { FragmentMap, type FacetName } from '@silverback/kong-configuration';
import type { Group } from './group.ts';
import { fits } from './groups.ts';
import { NamedSecrets, secretsNamedIn } from './named-secrets.ts';
import type { QuarantineEntry } from './quarantine.ts';
import type { AcceptedState, LedgerEntry } from './state/stores.ts';

/** A configuration that was accepted before the start. */
interface Kept extends AcceptedState {
  readonly fragments: FragmentMap;
  /** The last accepted forms of all roots. */
  readonly lastForms: FragmentMap;
  readonly secrets: NamedSecrets;
}

/** What was kept over a restart, until a group is there that it is about. */
export class StoredState {
  #entries: readonly LedgerEntry[] = [];
  #accepted: readonly Kept[] = [];
  readonly #claimed = new Set<LedgerEntry>();

  /** The facets that what was kept differs in. */
  get facets(): readonly FacetName[] {
    const names = [...this.#accepted, ...this.#entries].flatMap(({ facets }) => Object.keys(facets));
    return [...new Set(names)].sort() as FacetName[];
  }

  /** What no group has taken yet. */
  get unclaimed(): readonly LedgerEntry[] {
    return this.#entries.filter((entry) => !this.#claimed.has(entry));
  }

  setAccepted(accepted: readonly AcceptedState[]): void {
    this.#accepted = accepted.map((state) => {
      const fragments = FragmentMap.of(state.fragments.values());
      const lastForms = fragments.with(state.absent ?? []);
      return { ...state, fragments, lastForms, secrets: new NamedSecrets() };
    });
  }

  /** Whether something that no group has taken yet names a Secret. */
  namesSecret(secret: string): boolean {
    const forms = this.unclaimed.flatMap((entry) => entry.forms ?? []);
    return (
      secretsNamedIn(forms).includes(secret) ||
      this.#accepted.some(({ secrets, lastForms }) => secrets.has(secret, lastForms))
    );
  }

  /** Sets the entries of the whole ledger, in place of those before. */
  setEntries(entries: readonly LedgerEntry[]): void {
    this.#entries = entries;
    this.#claimed.clear();
  }

  /** Gives a new group what is about proxies like its own. */
  restore(group: Group): void {
    const accepted = this.#accepted.find(({ facets }) => fits(facets, group.facts));
    this.#accepted = this.#accepted.filter((state) => state !== accepted);
    group.restore(this.claim(group), accepted);
  }

  /** The entries that are about proxies like those of a group, which keeps them from now on. */
  claim(group: Group): readonly QuarantineEntry[] {
    const entries = this.#entries.filter(({ facets }) => fits(facets, group.facts));
    for (const entry of entries) this.#claimed.add(entry);
    return entries.map(withoutFacets);
  }

  /** Lets the configurations go: something newer is known. */
  forgetAccepted(): void {
    this.#accepted = [];
  }
}

/** The ledger entries of a group, as they are stored. */
export function ledgerEntries(group: Group): readonly LedgerEntry[] {
  return group.quarantine.entries().map((entry) => ({ ...entry, facets: group.answers }));
}

function withoutFacets(entry: LedgerEntry): QuarantineEntry {
  const { root, fragmentHash, newestHash, reason, payloadHash, isContradiction, forms } = entry;
  return {
    root,
    fragmentHash,
    ...(newestHash !== undefined && { newestHash }),
    reason,
    payloadHash,
    ...(isContradiction && { isContradiction }),
    ...(forms && { forms }),
  };
}
