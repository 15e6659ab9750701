import type { ClusterState, ResourceKey } from '@silverback/cluster-state';
import type { FileLocation, ResourceReference } from '@silverback/errors';
import { sniId, type Fragment, type FragmentPart, type RootKey } from '@silverback/kong-configuration';
import type { TranslationEngine } from './engine.ts';

/** Where an entity of a configuration comes from. */
export interface EntityOrigin {
  /** The resource that the entity was made for. For an instance of a plugin it is the one that defines the plugin. */
  readonly resource: ResourceReference;
  /** Where that stands, if it comes from a file. */
  readonly location?: FileLocation;
  /** The field of the resource that asks for the entity, as in `spec.rules[0].http.paths[1]`. */
  readonly field?: string;
  /** The resources that were read to make it, sorted. */
  readonly reads: readonly ResourceKey[];
}

/** What a configuration was made of. */
export interface ProvenanceSources {
  readonly state: ClusterState;
  readonly engine: Pick<TranslationEngine, 'readsOf'>;
  /** The fragments of the configuration, by their roots. */
  readonly fragments: ReadonlyMap<RootKey, Fragment>;
  /** The root of an entity, by its ID: as the payload or the assembly tells it. */
  readonly ownerOf: (entityId: string) => RootKey | undefined;
}

/**
 * Tells where entities come from. It keeps nothing: it looks up what the engine and the assembly know anyway, so that it
 * costs nothing until somebody asks.
 */
export class Provenance {
  readonly #sources: ProvenanceSources;

  constructor(sources: ProvenanceSources) {
    this.#sources = sources;
  }

  /** The origin of an entity; undefined for an ID that the configuration does not hold, and for what no resource asks for. */
  of(entityId: string): EntityOrigin | undefined {
    const root = this.#sources.ownerOf(entityId);
    const fragment = root === undefined ? undefined : this.#sources.fragments.get(root);
    if (fragment === undefined) return undefined;
    const { resource, location } = fragment;
    const field = fragment.parts.map((part) => fieldOf(part, entityId)).find((found) => found !== undefined);
    return {
      resource,
      ...(location && { location }),
      ...(field !== undefined && { field }),
      reads: this.#resourcesRead(fragment.root),
    };
  }

  #resourcesRead(root: RootKey): readonly ResourceKey[] {
    const { engine, state } = this.#sources;
    const resources = new Set<ResourceKey>();
    for (const read of engine.readsOf(root)) {
      for (const resource of state.resourcesAt(read)) resources.add(resource);
    }
    return [...resources].sort();
  }
}

function fieldOf(part: FragmentPart, entityId: string): string | undefined {
  if (part.type === 'route') return part.entity.id === entityId ? part.field : undefined;
  if (part.type === 'sni') return sniId(part.host) === entityId ? part.field : undefined;
  return undefined;
}
