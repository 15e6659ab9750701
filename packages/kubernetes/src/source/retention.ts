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

  /** Takes over what has changed in other kinds. */
  note(changes: readonly ResourceChange[]): ChangedNames {
    const before = new Map<ResourceKey, boolean>();
    for (const change of changes) {
      if (change.type === 'upsert') this.#name(keyOf(change.resource), namesIn(change.resource), before);
      else this.#name(change.key, [], before);
    }
    const changed = [...before].filter(([key, was]) => was !== this.#counts.has(key));
    const namedNow = Map.groupBy(changed, ([, was]) => !was);
    const objects = (list: typeof changed = []) => list.map(([key]) => objectOf(key));
    return { named: objects(namedNow.get(true)), unnamed: objects(namedNow.get(false)) };
  }

  /** Whether a record is kept. Those of other kinds always are. */
  isWanted(record: ResourceRecord): boolean {
    return record.kind === 'Secret' || record.kind === 'ConfigMap' ? isRetained(record, this) : true;
  }

  /** Whether something names an object. */
  isNamed(key: ResourceKey): boolean {
    return this.#counts.has(key);
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

function objectOf(key: ResourceKey): NamedObject {
  const [kind, namespace = '', name = ''] = key.split('/');
  return { kind: kind as RetainedKind, namespace, name };
}
