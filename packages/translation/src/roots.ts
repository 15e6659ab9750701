import {
  indexReadKey,
  type ClusterState,
  type IndexName,
  type Kind,
  type ReadKey,
} from '@silverback/cluster-state';
import type { RootKey } from '@silverback/kong-configuration';
import { inOnePiece } from './one-piece.ts';
import type { Root } from './translator.ts';

/** Where the roots of one kind come from. */
export interface RootSource {
  readonly kind: Kind;
  /** The root that appears, changes or vanishes with a read key; undefined where the key stands for no root. */
  rootOf(touched: ReadKey): RootKey | undefined;
  /** The read key that leads to a root: {@link rootOf} turned round. */
  keyOf(root: RootKey): ReadKey;
  /** All roots there are. */
  all(state: ClusterState): readonly RootKey[];
  exists(root: Root, state: ClusterState): boolean;
}

/** Each object of a kind is a root. */
export function objectsOf(kind: Kind): RootSource {
  const prefix = resourcePrefix(kind);
  return {
    kind,
    rootOf: (touched) => (touched.startsWith(prefix) ? touched : undefined),
    keyOf: (root) => root,
    all: (state) => state.keys(kind),
    exists: (root, state) => state.get(kind, root.namespace, root.name) !== undefined,
  };
}

/** Each object that an index has an entry for is a root, whether the object itself is there or not. */
export function namedBy(index: IndexName, kind: Kind): RootSource {
  const prefix = indexReadKey(index, '');
  const ofKind = resourcePrefix(kind);
  return {
    kind,
    rootOf: (touched) =>
      touched.startsWith(prefix) ? inOnePiece(ofKind, touched.slice(prefix.length)) : undefined,
    keyOf: (root) => prefix + root.slice(ofKind.length),
    all: (state) => state.indexKeys(index).map((path) => inOnePiece(ofKind, path)),
    exists: (root, state) => state.lookUp(index, `${root.namespace}/${root.name}`).length > 0,
  };
}

function resourcePrefix(kind: Kind): string {
  return `${kind}/`;
}

/** The root with a key. */
export function rootAt(key: RootKey): Root {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  // Whoever makes keys of roots names a kind that has roots.
  return { key, kind: kind as Kind, namespace, name };
}
