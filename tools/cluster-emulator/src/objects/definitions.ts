import type { Clock } from '@silverback/clock';
import { isEqual, isList, objectIn, textIn, type Json, type JsonObject } from '../json.ts';
import { kindsOf } from '../kinds/custom-kinds.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindRegistry } from '../kinds/kind-registry.ts';
import { decode, type Content, type Stored } from '../store/stored.ts';
import type { Store } from '../store/store.ts';
import { timestamp } from './metadata.ts';
import type { ObjectService, Outcome } from './object-service.ts';

const STORAGE = 'customresourcedefinitions.apiextensions.k8s.io';
const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
const CALLER = { manager: 'kube-apiserver' };

/** What {@link Definitions} need. */
export interface DefinitionsOptions {
  readonly store: Store;
  readonly registry: KindRegistry;
  readonly objects: ObjectService;
  readonly clock: Clock;
}

/** Serves the kinds of CustomResourceDefinitions while they exist, and removes their objects with them. */
export class Definitions {
  readonly #options: DefinitionsOptions;

  constructor(options: DefinitionsOptions) {
    this.#options = options;
    options.objects.onWrite((kind, outcome) => {
      if (kind.storage === STORAGE) this.#follow(kind, outcome);
    });
  }

  #follow(kind: Kind, { object, did }: Outcome): void {
    const definition = decode(object);
    const { metadata } = definition;
    const name = textIn(metadata, 'name') ?? '';
    if (did === 'remove') {
      this.#options.registry.withdraw(name);
      this.#options.store.drop(name);
    } else if (metadata['deletionTimestamp'] !== undefined) {
      this.#cleanUp(kind, object, definition);
    } else {
      this.#serve(kind, object, definition);
    }
  }

  #serve(kind: Kind, object: Stored, definition: Content): void {
    const { registry, objects } = this.#options;
    registry.withdraw(object.name);
    registry.serve(kindsOf(definition));
    const finalizers = definition.metadata['finalizers'];
    if (!isList(finalizers) || !finalizers.includes(CLEANUP)) {
      const metadata = {
        ...definition.metadata,
        finalizers: [...(isList(finalizers) ? finalizers : []), CLEANUP],
      };
      // The write is followed in its turn.
      objects.update({ kind, namespace: '', name: object.name }, { ...definition, metadata }, CALLER);
      return;
    }
    const status = this.#statusOf(definition);
    if (isEqual(definition['status'], status)) return;
    const target = { kind, namespace: '', name: object.name, subresource: 'status' } as const;
    objects.update(target, { ...definition, status }, CALLER);
  }

  #cleanUp(kind: Kind, object: Stored, definition: Content): void {
    const { store, registry, objects } = this.#options;
    const [served] = registry.all.filter(({ storage }) => storage === object.name);
    if (served) for (const each of store.collection(object.name).current()) objects.purge(served, each);
    const finalizers = definition.metadata['finalizers'];
    const left = isList(finalizers) ? finalizers.filter((each) => each !== CLEANUP) : [];
    if (isList(finalizers) && left.length === finalizers.length) return;
    const metadata = { ...definition.metadata, finalizers: left };
    objects.update({ kind, namespace: '', name: object.name }, { ...definition, metadata }, CALLER);
  }

  #statusOf(definition: Content): JsonObject {
    const spec = objectIn(definition, 'spec');
    const before = objectIn(definition, 'status');
    const versions = isList(spec['versions']) ? (spec['versions'] as readonly JsonObject[]) : [];
    const stored = versions.filter((version) => version['storage'] === true).map(({ name }) => name as Json);
    const known = isList(before['conditions']) ? before['conditions'] : undefined;
    return {
      conditions: known ?? [
        this.#condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        this.#condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      acceptedNames: spec['names'] ?? {},
      storedVersions: isList(before['storedVersions']) ? before['storedVersions'] : stored,
    };
  }

  #condition(type: string, reason: string, message: string): JsonObject {
    const lastTransitionTime = timestamp(this.#options.clock.date());
    return { type, status: 'True', lastTransitionTime, reason, message };
  }
}
