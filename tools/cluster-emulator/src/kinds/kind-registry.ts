import { apiVersionOf, type Kind } from './kind.ts';

/** Which kinds are served in which versions. */
export class KindRegistry {
  readonly #byResource = new Map<string, Kind>();

  /** @param kinds - served from the start */
  constructor(kinds: readonly Kind[]) {
    this.serve(kinds);
  }

  /** All kinds, in the order in which they came. */
  get all(): readonly Kind[] {
    return [...this.#byResource.values()];
  }

  /** The kind behind a path, as in `networking.k8s.io`, `v1`, `ingresses`. */
  byResource(group: string, version: string, plural: string): Kind | undefined {
    return this.#byResource.get(`${group}/${version}/${plural}`);
  }

  /** The kind that an object says to be, as in `networking.k8s.io/v1`, `Ingress`. */
  byKind(apiVersion: string, kind: string): Kind | undefined {
    return this.all.find((each) => each.kind === kind && apiVersionOf(each) === apiVersion);
  }

  /** Serves kinds, in the place of earlier ones of the same resource and version. */
  serve(kinds: readonly Kind[]): void {
    for (const kind of kinds) this.#byResource.set(`${kind.group}/${kind.version}/${kind.plural}`, kind);
  }

  /** No longer serves any version of what is kept under a storage name. */
  withdraw(storage: string): void {
    for (const [resource, kind] of this.#byResource)
      if (kind.storage === storage) this.#byResource.delete(resource);
  }
}
