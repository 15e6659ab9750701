import type { ClusterView, Kind } from '@silverback/cluster-state';
import type { FacetAnswer, FacetName, Fragment, RootKey } from '@silverback/kong-configuration';

/** What the whole translation goes by, apart from the resources. */
export interface TranslationContext {
  /** Name of the ingress class that is served. */
  readonly ingressClass: string;
  /** Keeps endpoints that terminate as targets of weight 0, so that sessions can end there. */
  readonly drainSupport?: boolean;
  /**
   * What becomes of a route, service or consumer whose plugin is not there: left out, which is the default, or served
   * without the plugin, as Kong's own controller does.
   */
  readonly missingPlugin?: 'leave-out' | 'ignore';
  /** Domain of the cluster, as in `cluster.local`: the end of the names by which Services are asked for directly. */
  readonly clusterDomain?: string;
}

/** A resource from which a fragment comes. The object itself may be missing where others refer to it. */
export interface Root {
  /** `Kind/namespace/name`. */
  readonly key: RootKey;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

/** What a translator sees: the cluster state, and the facts about the proxies that the fragment is for. */
export interface TranslationView extends ClusterView {
  /** Answers a facet. It is recorded as asked, so that proxies that answer otherwise get a fragment of their own. */
  facet<F extends FacetName>(name: F): FacetAnswer<F>;
}

/**
 * Stage one of the translation, for one kind of root: a pure function. All that it knows comes through the view, which
 * records what was read, so that the root is translated again when one of these things has changed.
 */
export interface Translator {
  readonly kind: Kind;
  /**
   * @param root - a root of this kind
   * @param view - recorded access to the cluster state and to facets
   * @returns the fragment; undefined where nothing that is served needs the root
   */
  translate(root: Root, view: TranslationView, context: TranslationContext): Fragment | undefined;
}
