import type { ClusterView, Kind } from '@silverback/cluster-state';
import type { Fragment, RootKey } from '@silverback/kong-configuration';

/** What the whole translation goes by, apart from the resources. */
export interface TranslationContext {
  /** Name of the ingress class that is served. */
  readonly ingressClass: string;
}

/** A resource from which a fragment comes. The object itself may be missing where others refer to it. */
export interface Root {
  /** `Kind/namespace/name`. */
  readonly key: RootKey;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Stage one of the translation, for one kind of root: a pure function. All that it knows comes through the view, which
 * records what was read, so that the root is translated again when one of these things has changed.
 */
export interface Translator {
  readonly kind: Kind;
  /**
   * @param root - a root of this kind
   * @param view - recorded access to the cluster state
   * @returns the fragment; undefined where nothing that is served needs the root
   */
  translate(root: Root, view: ClusterView, context: TranslationContext): Fragment | undefined;
}
