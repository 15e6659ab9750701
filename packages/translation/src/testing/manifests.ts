import { loadAll } from 'js-yaml';
import {
  ClusterState,
  keyOf,
  projectResource,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { DEFAULT_FACTS, type Fragment, type ProxyFacts } from '@silverback/kong-configuration';
import { TranslationEngine, type TranslationContext } from '../index.ts';

/** The resources of a YAML text with any number of documents. Kinds that Silverback does not read are passed over. */
export function resourcesOf(yaml: string): ResourceRecord[] {
  return loadAll(yaml)
    .filter((document) => document !== null)
    .flatMap((document) => {
      const projection = projectResource(document);
      if ('failure' in projection)
        throw new Error(`${projection.failure.field}: ${projection.failure.message}`);
      return 'resource' in projection ? [projection.resource] : [];
    });
}

/** A cluster state that holds these resources. */
export function clusterOf(resources: readonly ResourceRecord[]): ClusterState {
  const state = new ClusterState();
  state.replaceAll(resources);
  return state;
}

/** A record as it is before or after the end of the CA certificate that may be in it. */
export function atSomeTime(resource: ResourceRecord, hasExpired: boolean): ResourceRecord {
  const mayExpire = resource.kind === 'Secret' || resource.kind === 'ConfigMap';
  return mayExpire && hasExpired ? { ...resource, hasExpired } : resource;
}

/** What a proxy is like, where it differs from what is taken for granted, and settings. */
export interface TranslationOptions {
  readonly facts?: Partial<ProxyFacts>;
  readonly settings?: Partial<TranslationContext>;
  /** The keys of the Secrets and ConfigMaps whose CA certificates have expired. */
  readonly expired?: readonly ResourceKey[];
}

/** A proxy whose router has the flavour expressions. */
export const EXPRESSIONS: TranslationOptions = { facts: { routerFlavor: 'expressions' } };

/** The fragments of a cluster with these manifests, for the class `kong`. */
export function fragmentsOf(yaml: string, options: TranslationOptions = {}): ReadonlyMap<string, Fragment> {
  const { expired = [] } = options;
  const state = clusterOf(
    resourcesOf(yaml).map((resource) => atSomeTime(resource, expired.includes(keyOf(resource)))),
  );
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong', ...options.settings } });
  engine.update(new Set());
  return engine.fragmentsFor({ ...DEFAULT_FACTS, ...options.facts });
}

type PartType = Fragment['parts'][number]['type'];
type PartOf<T extends PartType> = Extract<Fragment['parts'][number], { type: T }>;

/** All parts of one type, in the order of the roots' keys. */
export function partsOf<T extends PartType>(fragments: ReadonlyMap<string, Fragment>, type: T): PartOf<T>[] {
  return [...fragments.keys()]
    .sort()
    .flatMap((root) => fragments.get(root)?.parts ?? [])
    .filter((part): part is PartOf<T> => part.type === type);
}

/** Each problem as `severity code resource field: message; action`. */
export function problemsOf(fragments: ReadonlyMap<string, Fragment>): string[] {
  return [...fragments.values()].flatMap((fragment) =>
    fragment.problems.map(({ severity, code, resource, field, message, action }) => {
      return `${severity} ${code} ${resource?.kind}/${resource?.name} ${field}: ${message}; ${action}`;
    }),
  );
}
