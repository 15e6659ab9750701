import type { Kind } from '../kinds/kind.ts';
import type { KindRegistry } from '../kinds/kind-registry.ts';
import { decode, keyOf } from '../store/stored.ts';
import type { Store } from '../store/store.ts';
import type { ObjectService } from './object-service.ts';

/** What {@link Namespaces} need. */
export interface NamespacesOptions {
  readonly store: Store;
  readonly registry: KindRegistry;
  readonly objects: ObjectService;
}

/** The namespaces that every cluster has. */
export const FIRST_NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Empties namespaces that are being deleted, and removes them when nothing is left in them. */
export class Namespaces {
  readonly #options: NamespacesOptions;
  readonly #terminating = new Set<string>();

  constructor(options: NamespacesOptions) {
    this.#options = options;
    options.objects.onWrite((kind, { object, did }) => {
      if (kind.storage === 'namespaces') this.#follow(kind, object.name);
      else if (did === 'remove' && this.#terminating.has(object.namespace)) this.#finish(object.namespace);
    });
  }

  #follow(kind: Kind, name: string): void {
    const { store } = this.#options;
    const object = store.collection(kind.storage).get(keyOf('', name));
    if (object === undefined || decode(object).metadata['deletionTimestamp'] === undefined) return;
    if (this.#terminating.has(name)) return;
    this.#terminating.add(name);
    this.#empty(name);
    this.#finish(name);
  }

  #empty(namespace: string): void {
    const { store, registry, objects } = this.#options;
    const seen = new Set<string>();
    for (const kind of registry.all) {
      if (!kind.isNamespaced || seen.has(kind.storage)) continue;
      seen.add(kind.storage);
      const inside = store
        .collection(kind.storage)
        .current()
        .filter((each) => each.namespace === namespace);
      for (const { name } of inside)
        objects.delete({ kind, namespace, name }, {}, { manager: 'kube-controller-manager' });
    }
  }

  #finish(name: string): void {
    const { store, registry, objects } = this.#options;
    const isLeft = registry.all.some(
      (kind) =>
        kind.isNamespaced &&
        store
          .collection(kind.storage)
          .current()
          .some(({ namespace }) => namespace === name),
    );
    const kind = registry.byResource('', 'v1', 'namespaces');
    const object = store.collection('namespaces').get(keyOf('', name));
    if (isLeft || kind === undefined || object === undefined || !this.#terminating.delete(name)) return;
    objects.purge(kind, object);
  }
}
