import {
  indexReadKey,
  resourceKey,
  type ClusterState,
  type IndexName,
  type Kind,
  type ReadKey,
} from '@silverback/cluster-state';
import type { Root } from './translator.ts';

/** Where the roots of one kind come from. */
export interface RootSource {
  readonly kind: Kind;
  /** The root that appears, changes or vanishes with a read key; undefined where the key stands for no root. */
  rootOf(touched: ReadKey): Root | undefined;
  /** The read key that leads to a root: {@link rootOf} turned round. */
  keyOf(root: Root): ReadKey;
  /** All roots there are. */
  all(state: ClusterState): Root[];
  exists(root: Root, state: ClusterState): boolean;
}

/** Each object of a kind is a root. */
export function objectsOf(kind: Kind): RootSource {
  const prefix = `${kind}/`;
  const rootOf = (touched: ReadKey): Root | undefined => {
    return touched.startsWith(prefix) ? rootAt(kind, touched.slice(prefix.length)) : undefined;
  };
  return {
    kind,
    rootOf,
    keyOf: ({ key }) => key,
    all: (state) => state.keys(kind).flatMap((key) => rootOf(key) ?? []),
    exists: (root, state) => state.get(kind, root.namespace, root.name) !== undefined,
  };
}

/** Each object that an index has an entry for is a root, whether the object itself is there or not. */
export function namedBy(index: IndexName, kind: Kind): RootSource {
  const prefix = indexReadKey(index, '');
  return {
    kind,
    rootOf: (touched) =>
      touched.startsWith(prefix) ? rootAt(kind, touched.slice(prefix.length)) : undefined,
    keyOf: ({ namespace, name }) => prefix + namespace + '/' + name,
    all: (state) => state.indexKeys(index).map((key) => rootAt(kind, key)),
    exists: (root, state) => state.lookUp(index, `${root.namespace}/${root.name}`).length > 0,
  };
}

/** @param path - `namespace/name` */
function rootAt(kind: Kind, path: string): Root {
  const slash = path.indexOf('/');
  const namespace = path.slice(0, slash);
  const name = path.slice(slash + 1);
  return { key: resourceKey(kind, namespace, name), kind, namespace, name };
}
