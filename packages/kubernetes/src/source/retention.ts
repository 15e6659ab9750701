import {
  INDEXES,
  isRetained,
  keyOf,
  type Kind,
  type NamedObjects,
  type ResourceChange,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';

/** The kinds of which only what matters is kept: clusters hold much in them that is none of Silverback's business. */
export const RETAINED_KINDS = ['Secret', 'ConfigMap'] as const;
export type RetainedKind = (typeof RETAINED_KINDS)[number];

const INDEX_OF = { Secret: 'usersOfSecret', ConfigMap: 'usersOfConfigMap' } as const;
const KIND_OF = { usersOfSecret: 'Secret', usersOfConfigMap: 'ConfigMap' } as const;

/** A Secret or ConfigMap that is named somewhere. */
export interface NamedObject {
  readonly kind: RetainedKind;
  readonly namespace: string;
  readonly name: string;
}

/** What changes have brought: objects that are named now and were not, and the other way round. */
export interface ChangedNames {
  readonly named: readonly NamedObject[];
  readonly unnamed: readonly NamedObject[];
}

/** Counts what names each Secret and ConfigMap, so that a source keeps those and no others. */
export class Retention implements NamedObjects {
  readonly #namesOf = new Map<ResourceKey, readonly ResourceKey[]>();
  readonly #counts = new Map<ResourceKey, number>();
  readonly #isNeeded: (key: ResourceKey) => boolean;
  /** What nothing names any more, and is needed. */
  readonly #spared = new Set<ResourceKey>();

  /** @param isNeeded - whether an object is needed although nothing names it, as far as is known now */
  constructor(isNeeded: (key: ResourceKey) => boolean = () => false) {
    this.#isNeeded = isNeeded;
  }

  /** Takes over what has changed in other kinds. */
  note(changes: readonly ResourceChange[]): ChangedNames {
    const before = new Map<ResourceKey, boolean>();
    for (const change of changes) {
      if (change.type === 'upsert') this.#name(keyOf(change.resource), namesIn(change.resource), before);
      else this.#name(change.key, [], before);
    }
    const named = [...before].flatMap(([key, was]) => (!was && this.#counts.has(key) ? [key] : []));
    const unnamed = [...before].flatMap(([key, was]) => (was && !this.#counts.has(key) ? [key] : []));
    return { named: named.map(objectOf), unnamed: this.#notSpared(unnamed).map(objectOf) };
  }

  /** What is not needed any more is noticed with the next change of anything. */
  #notSpared(unnamed: readonly ResourceKey[]): readonly ResourceKey[] {
    for (const key of unnamed) this.#spared.add(key);
    const forgotten = [...this.#spared].filter((key) => !this.#counts.has(key) && !this.#isNeeded(key));
    for (const key of this.#spared) if (this.#counts.has(key)) this.#spared.delete(key);
    for (const key of forgotten) this.#spared.delete(key);
    return forgotten;
  }

  /** Whether a record is kept. Those of other kinds always are. */
  isWanted(record: ResourceRecord): boolean {
    if (record.kind !== 'Secret' && record.kind !== 'ConfigMap') return true;
    return isRetained(record, this) || this.#isSpared(keyOf(record));
  }

  /** Whether something names an object, or needs it all the same. */
  isNamed(key: ResourceKey): boolean {
    return this.#counts.has(key) || this.#isSpared(key);
  }

  #isSpared(key: ResourceKey): boolean {
    if (!this.#isNeeded(key)) return false;
    this.#spared.add(key);
    return true;
  }

  lookUp(index: 'usersOfSecret' | 'usersOfConfigMap', key: string): { readonly length: number } {
    return { length: this.#counts.get(`${KIND_OF[index]}/${key}`) ?? 0 };
  }

  #name(key: ResourceKey, names: readonly ResourceKey[], before: Map<ResourceKey, boolean>): void {
    const previous = this.#namesOf.get(key) ?? [];
    for (const name of [...names, ...previous]) {
      if (!before.has(name)) before.set(name, this.#counts.has(name));
    }
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    for (const name of previous) {
      const count = (this.#counts.get(name) ?? 0) - 1;
      if (count > 0) this.#counts.set(name, count);
      else this.#counts.delete(name);
    }
    if (names.length > 0) this.#namesOf.set(key, names);
    else this.#namesOf.delete(key);
  }
}

/** Indexes are by kind: what one says of a kind is a function of that kind's records. */
type NamesOf = Partial<Record<Kind, (record: ResourceRecord) => readonly string[]>>;

function namesIn(record: ResourceRecord): readonly ResourceKey[] {
  return RETAINED_KINDS.flatMap((kind) => {
    const names = (INDEXES[INDEX_OF[kind]] as NamesOf)[record.kind]?.(record) ?? [];
    return [...new Set(names)].map((name) => `${kind}/${name}`);
  });
}

/** The object with a key. */
export function objectOf(key: ResourceKey): NamedObject {
  const [kind, namespace = '', name = ''] = key.split('/');
  return { kind: kind as RetainedKind, namespace, name };
}
