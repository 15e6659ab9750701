import type { Fragment, RootKey } from './fragment.ts';

/** A root with its new fragment; undefined if it has none any more. */
export type FragmentChange = readonly [RootKey, Fragment | undefined];

/**
 * Into how many parts a map is cut. A change copies the one part that it falls into, so that versions share the others:
 * many versions of a large map cost little, and what differs between two of them is found without looking at all.
 */
const PARTS = 256;

type Part = ReadonlyMap<RootKey, Fragment>;

const NO_FRAGMENTS: Part = new Map();

/** The fragments of all roots at one moment. Never changes; the next moment has a map of its own. */
export class FragmentMap implements ReadonlyMap<RootKey, Fragment> {
  static readonly EMPTY = new FragmentMap(Array.from({ length: PARTS }, () => NO_FRAGMENTS));
  readonly size: number;
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    this.size = parts.reduce((sum, part) => sum + part.size, 0);
  }

  /** A map of fragments, each under its root. */
  static of(fragments: Iterable<Fragment>): FragmentMap {
    const draft = new FragmentDraft();
    for (const fragment of fragments) draft.set(fragment);
    return draft.take();
  }

  /** A map with these parts, for {@link FragmentDraft}. */
  static ofParts(parts: readonly Part[]): FragmentMap {
    return new FragmentMap(parts);
  }

  get(root: RootKey): Fragment | undefined {
    return this.#parts[partOf(root)]?.get(root);
  }

  has(root: RootKey): boolean {
    return this.get(root) !== undefined;
  }

  /** This map with some changes. */
  with(changes: Iterable<FragmentChange>): FragmentMap {
    const draft = new FragmentDraft(this);
    for (const [root, fragment] of changes) {
      if (fragment === undefined) draft.delete(root);
      else draft.set(fragment);
    }
    return draft.take();
  }

  /** What leads from another map to this one. A fragment counts as changed unless it is the same object. */
  *changesSince(before: FragmentMap): Generator<FragmentChange, undefined, undefined> {
    for (const [index, part] of this.#parts.entries()) {
      const old = before.#parts[index] ?? NO_FRAGMENTS;
      if (old === part) continue;
      for (const change of part) if (old.get(change[0]) !== change[1]) yield change;
      for (const root of old.keys()) if (!part.has(root)) yield [root, undefined];
    }
  }

  /** The parts, for {@link FragmentDraft}. */
  parts(): readonly Part[] {
    return this.#parts;
  }

  *entries(): Generator<[RootKey, Fragment], undefined, undefined> {
    for (const part of this.#parts) yield* part;
  }

  *keys(): Generator<RootKey, undefined, undefined> {
    for (const part of this.#parts) yield* part.keys();
  }

  *values(): Generator<Fragment, undefined, undefined> {
    for (const part of this.#parts) yield* part.values();
  }

  [Symbol.iterator](): Generator<[RootKey, Fragment], undefined, undefined> {
    return this.entries();
  }

  forEach(callback: (fragment: Fragment, root: RootKey, map: FragmentMap) => void): void {
    for (const [root, fragment] of this) callback(fragment, root, this);
  }
}

/** A {@link FragmentMap} in the making. */
export class FragmentDraft {
  #taken: FragmentMap;
  #parts: Part[];
  /** The parts that belong to nobody else yet, by their index. */
  readonly #own = new Map<number, Map<RootKey, Fragment>>();

  /** @param base - what to begin with */
  constructor(base: FragmentMap = FragmentMap.EMPTY) {
    this.#taken = base;
    this.#parts = [...base.parts()];
  }

  get(root: RootKey): Fragment | undefined {
    return this.#parts[partOf(root)]?.get(root);
  }

  set(fragment: Fragment): void {
    if (this.get(fragment.root) !== fragment) this.#ownPart(fragment.root).set(fragment.root, fragment);
  }

  delete(root: RootKey): void {
    if (this.get(root) !== undefined) this.#ownPart(root).delete(root);
  }

  /** The map as it is now; the same object as the last time if nothing has changed. The draft can be gone on with. */
  take(): FragmentMap {
    if (this.#own.size === 0) return this.#taken;
    this.#own.clear();
    this.#taken = FragmentMap.ofParts(this.#parts);
    this.#parts = [...this.#parts];
    return this.#taken;
  }

  #ownPart(root: RootKey): Map<RootKey, Fragment> {
    const index = partOf(root);
    const own = this.#own.get(index) ?? new Map(this.#parts[index]);
    this.#own.set(index, own);
    this.#parts[index] = own;
    return own;
  }
}

/** FNV-1a of the code units: roots of one kind differ at their ends only, and are to be spread all the same. */
function partOf(root: RootKey): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < root.length; index += 1) {
    hash = Math.imul(hash ^ root.charCodeAt(index), 0x01000193);
  }
  return (hash ^ (hash >>> 16)) & (PARTS - 1);
}
