import type { Fragment, FragmentMap, RootKey } from '@silverback/kong-configuration';

/** One refusal of a root's fragment. */
export interface QuarantineEntry {
  readonly root: RootKey;
  /** Hash of the fragment that Kong refused: without targets, unless it is about those. See {@link refusedHash}. */
  readonly fragmentHash: string;
  /** Hash without targets of the newest fragment, where that was not the refused one but replaced by it. */
  readonly newestHash?: string;
  /** Kong's words, redacted. */
  readonly reason: string;
  /** Hash of the payload in which it was refused. */
  readonly payloadHash: string;
  /** True where Kong says that something is not unique or refers to nothing, which assembly should have seen. */
  readonly isContradiction?: true;
  /**
   * The forms in which its root, and what needs it, were held in the last payload that was accepted: for a controller that
   * has not seen that. They hold keys.
   */
  readonly forms?: readonly Fragment[];
}

/**
 * The hash by which a refused fragment is known. Endpoints come and go, and are no reason to offer it again: the targets
 * count only if they are what was refused.
 *
 * @param isAboutTargets - whether that is known
 */
export function refusedHash({ hash, hashWithoutTargets }: Fragment, isAboutTargets: boolean): string {
  return isAboutTargets ? hash : hashWithoutTargets;
}

/** Whether a fragment is the one that is known by a hash. */
function isKnownBy(known: string, fragment: Fragment): boolean {
  return known === fragment.hash || known === fragment.hashWithoutTargets;
}

/**
 * What Kong refused: the ledger of a capability group. A root can have several refused forms: the newest one, and the form in
 * which it was held for that.
 */
export class Quarantine {
  readonly #entries = new Map<RootKey, readonly QuarantineEntry[]>();

  /** @param entries - what to begin with */
  constructor(entries: readonly QuarantineEntry[] = []) {
    for (const entry of entries) this.add(entry);
  }

  /** Whether this very form of a root was refused. */
  refuses(fragment: Fragment): boolean {
    const entries = this.#entries.get(fragment.root);
    return entries?.some(({ fragmentHash }) => isKnownBy(fragmentHash, fragment)) === true;
  }

  add(entry: QuarantineEntry): void {
    const others = this.#entries
      .get(entry.root)
      ?.filter(({ fragmentHash }) => fragmentHash !== entry.fragmentHash);
    this.#entries.set(entry.root, [...(others ?? []), entry]);
  }

  /**
   * Makes these all entries there are.
   *
   * @returns whether others were refused before
   */
  replace(entries: readonly QuarantineEntry[]): boolean {
    const before = formsIn(this.entries());
    this.#entries.clear();
    for (const entry of entries) this.add(entry);
    return formsIn(this.entries()) !== before;
  }

  /** The same without what is held of these roots. */
  without(roots: ReadonlySet<RootKey>): Quarantine {
    return new Quarantine(this.entries().filter(({ root }) => !roots.has(root)));
  }

  /** Ends the entries of these roots. */
  forget(roots: Iterable<RootKey>): void {
    for (const root of roots) this.#entries.delete(root);
  }

  /** The first entry of a root. */
  get(root: RootKey): QuarantineEntry | undefined {
    return this.#entries.get(root)?.[0];
  }

  /** The last accepted forms of roots, with the noted forms of those that nobody here has seen accepted. */
  withForms(accepted: FragmentMap): FragmentMap {
    const noted = this.entries().flatMap(({ forms = [] }) => forms);
    const missing = noted.filter(({ root }) => !accepted.has(root));
    return missing.length === 0 ? accepted : accepted.with(missing.map((form) => [form.root, form]));
  }

  /**
   * Notes in which forms roots are held.
   *
   * @param held - by the refused root because of which they are
   * @returns whether others are noted than before; other endpoints don't count
   */
  noteForms(held: ReadonlyMap<RootKey, readonly Fragment[]>): boolean {
    let isOther = false;
    for (const [root, [first, ...others]] of this.#entries) {
      const forms = held.get(root);
      if (first === undefined || forms === undefined) continue;
      isOther ||= hashesOf(forms) !== hashesOf(first.forms ?? []);
      this.#entries.set(root, [{ ...first, forms }, ...others]);
    }
    return isOther;
  }

  /** The roots that have an entry. */
  roots(): Iterable<RootKey> {
    return this.#entries.keys();
  }

  /** All entries, in the order of their roots. */
  entries(): readonly QuarantineEntry[] {
    return [...this.#entries.keys()].sort().flatMap((root) => this.#entries.get(root) ?? []);
  }

  /**
   * Ends the entries of roots that have changed or gone.
   *
   * @param isComplete - false while a root that is not there may only not have been read yet
   * @returns whether there were any
   */
  forgetChanged(current: ReadonlyMap<RootKey, Fragment>, isComplete: boolean): boolean {
    let found = false;
    for (const [root, entries] of this.#entries) {
      const fragment = current.get(root);
      const isAbout = ({ newestHash, fragmentHash }: QuarantineEntry): boolean =>
        fragment !== undefined && isKnownBy(newestHash ?? fragmentHash, fragment);
      if (fragment === undefined ? !isComplete : entries.some(isAbout)) continue;
      this.#entries.delete(root);
      found = true;
    }
    return found;
  }

  /**
   * Ends the entries that a payload led to, or that are about a form which it has, because a proxy has accepted it after all.
   *
   * @param shown - the fragments of which something is in the payload
   * @returns whether there were any
   */
  forgetAccepted(payloadHash: string, shown: ReadonlyMap<RootKey, Fragment>): boolean {
    let found = false;
    for (const [root, entries] of this.#entries) {
      const fragment = shown.get(root);
      const others = entries.filter(
        (entry) =>
          entry.payloadHash !== payloadHash && !(fragment && isKnownBy(entry.fragmentHash, fragment)),
      );
      if (others.length === entries.length) continue;
      if (others.length === 0) this.#entries.delete(root);
      else this.#entries.set(root, others);
      found = true;
    }
    return found;
  }
}

function formsIn(entries: readonly QuarantineEntry[]): string {
  const texts = entries.map(({ root, fragmentHash, forms = [] }) => [root, fragmentHash, hashesOf(forms)]);
  return texts.map((text) => text.join(' ')).join('\n');
}

function hashesOf(forms: readonly Fragment[]): string {
  return forms.map(({ hashWithoutTargets }) => hashWithoutTargets).join();
}
