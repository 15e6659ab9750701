import { ApiFailure } from './api-failure.ts';
import { isObject, objectIn, textIn, type JsonObject } from './json.ts';
import type { KindRegistry } from './kinds/kind-registry.ts';
import { textOf, type Kind } from './kinds/kind.ts';
import type { ObjectService, Outcome, Target } from './objects/object-service.ts';
import { keyOf, type Stored } from './store/stored.ts';
import type { Store } from './store/store.ts';

/** Which object is meant. */
export interface ObjectReference {
  /** As in `networking.k8s.io/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A Kubernetes object as tests and demos write it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; [field: string]: unknown };
  [field: string]: unknown;
}

/** What {@link ClusterObjects} need. */
export interface ClusterObjectsOptions {
  readonly store: Store;
  readonly registry: KindRegistry;
  readonly objects: ObjectService;
}

const MANAGER = { manager: 'cluster-emulator' };

/** The objects of the cluster, read and written without HTTP: as by some other client. Not counted as requests. */
export class ClusterObjects {
  readonly #options: ClusterObjectsOptions;

  constructor(options: ClusterObjectsOptions) {
    this.#options = options;
  }

  /** The object, or undefined if it isn't there. */
  get(reference: ObjectReference): KubernetesObject | undefined {
    const kind = this.#kind(reference.apiVersion, reference.kind);
    const stored = this.#options.store
      .collection(kind.storage)
      .get(keyOf(reference.namespace ?? '', reference.name));
    return stored && shown(kind, stored);
  }

  /** All objects of a kind, of one namespace or all. */
  list(apiVersion: string, kindName: string, namespace?: string): KubernetesObject[] {
    const kind = this.#kind(apiVersion, kindName);
    return this.#options.store
      .collection(kind.storage)
      .current()
      .filter((stored) => namespace === undefined || stored.namespace === namespace)
      .map((stored) => shown(kind, stored));
  }

  /**
   * Makes an object by the rules of the API: its status is dropped where that has a path of its own.
   *
   * @throws ApiFailure as the API server would refuse it
   */
  create(object: KubernetesObject): KubernetesObject {
    const target = this.#target(object);
    const { namespace } = target;
    return result(target, this.#options.objects.create(target.kind, { namespace }, object, MANAGER));
  }

  /**
   * Replaces an object; a resourceVersion in it must be the current one, left out it is not compared.
   *
   * @throws ApiFailure as the API server would refuse it
   */
  update(object: KubernetesObject): KubernetesObject {
    const target = this.#target(object);
    return result(target, this.#options.objects.update(target, this.#withVersion(object), MANAGER));
  }

  /** Replaces the status of an object, as {@link update} the rest. */
  updateStatus(object: KubernetesObject): KubernetesObject {
    const target = { ...this.#target(object), subresource: 'status' as const };
    return result(target, this.#options.objects.update(target, this.#withVersion(object), MANAGER));
  }

  /** Server-side apply by a manager. */
  apply(object: KubernetesObject, manager: string, isForced = false): KubernetesObject {
    const target = this.#target(object);
    return result(target, this.#options.objects.apply(target, object, { manager }, isForced));
  }

  /**
   * Deletes an object; with finalizers it stays, marked.
   *
   * @throws ApiFailure 404 if it isn't there
   */
  delete(reference: ObjectReference): void {
    const { apiVersion, kind, namespace = '', name } = reference;
    this.#options.objects.delete({ kind: this.#kind(apiVersion, kind), namespace, name }, {}, MANAGER);
  }

  /**
   * Puts many objects in, as they are: with status, with those managers only that they name, in the place of what
   * is there. Namespaces are made where they are missing.
   *
   * @throws ApiFailure 404 for a kind that is not served
   */
  load(objects: Iterable<KubernetesObject>): void {
    for (const object of objects) {
      const kind = this.#kind(object.apiVersion, object.kind);
      const target = this.#target(object);
      if (kind.isNamespaced) this.#needNamespace(target.namespace);
      this.#options.objects.load(kind, target, object as unknown as JsonObject);
    }
  }

  #needNamespace(name: string): void {
    if (this.#options.store.collection('namespaces').get(keyOf('', name))) return;
    this.load([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, status: { phase: 'Active' } }]);
  }

  #withVersion(object: KubernetesObject): JsonObject {
    const given = object as unknown as JsonObject;
    const metadata = objectIn(given, 'metadata');
    if (textIn(metadata, 'resourceVersion') !== undefined) return given;
    const { revision } = this.#options.objects.get(this.#target(object));
    return { ...given, metadata: { ...metadata, resourceVersion: String(revision) } };
  }

  #target({ apiVersion, kind: kindName, metadata }: KubernetesObject): Target {
    const kind = this.#kind(apiVersion, kindName);
    return {
      kind,
      namespace: kind.isNamespaced ? (metadata.namespace ?? 'default') : '',
      name: metadata.name,
    };
  }

  #kind(apiVersion: string, kind: string): Kind {
    const found = this.#options.registry.byKind(apiVersion, kind);
    if (found) return found;
    throw new ApiFailure(404, 'NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

/** Whether a value has what every object of Kubernetes has. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  return (
    isObject(value) &&
    textIn(value, 'apiVersion') !== undefined &&
    textIn(value, 'kind') !== undefined &&
    textIn(objectIn(value, 'metadata'), 'name') !== undefined
  );
}

function result({ kind }: Target, { object }: Outcome): KubernetesObject {
  return shown(kind, object);
}

function shown(kind: Kind, stored: Stored): KubernetesObject {
  return JSON.parse(textOf(kind, stored)) as KubernetesObject;
}
