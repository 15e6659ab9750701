import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildGroup } from './child-group.ts';
import { pathOf } from './child.ts';
import { ClusterClient } from './cluster-client.ts';
import { readDocuments, type ManifestDocument } from './manifest-documents.ts';

const READY_MS = 15_000;

/** The namespace of the example: folders of manifests need none, a cluster does. */
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n';

/** A process of the cluster emulator, with manifests applied to it as by kubectl. */
export class EmulatedCluster {
  readonly #client: ClusterClient;
  readonly #plurals = new Map<string, Promise<ReadonlyMap<string, Resource>>>();

  private constructor(client: ClusterClient) {
    this.#client = client;
  }

  /**
   * Starts the process and waits until it listens.
   *
   * @param port - 0 for any free port
   * @param kubeconfig - the file that it writes
   */
  static async start(
    group: ChildGroup,
    port: number,
    kubeconfig: string,
    logFile: string,
  ): Promise<EmulatedCluster> {
    const script = pathOf(new URL('main.js', import.meta.resolve('@silverback/cluster-emulator')));
    const words = ['--port', String(port), '--kubeconfig', kubeconfig, '--with-kong'];
    await group.start({ name: 'cluster', script, words, logFile }).ready(READY_MS);
    return new EmulatedCluster(ClusterClient.of(readFileSync(kubeconfig, 'utf8')));
  }

  /** Applies all manifests of a folder, and the namespace that they are in. */
  async applyFolder(folder: string): Promise<void> {
    await this.apply(NAMESPACE);
    for (const file of readdirSync(folder)) await this.apply(readFileSync(join(folder, file), 'utf8'));
  }

  /** Applies the documents of a manifest, as `kubectl apply --server-side`: who uses that on them meets no conflict. */
  async apply(text: string): Promise<void> {
    for (const document of readDocuments(text)) {
      const path = `${await this.#pathOf(document)}?fieldManager=kubectl&force=true`;
      await this.#client.send('PATCH', path, document.text);
    }
  }

  /** Deletes what the documents of a manifest describe. */
  async remove(text: string): Promise<void> {
    for (const document of readDocuments(text))
      await this.#client.send('DELETE', await this.#pathOf(document));
  }

  /** The object of that path, as JSON. */
  get(path: string): Promise<unknown> {
    return this.#client.send('GET', path);
  }

  async #pathOf({ apiVersion, kind, name, namespace = 'default' }: ManifestDocument): Promise<string> {
    const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    let resources = this.#plurals.get(group);
    if (resources === undefined) {
      resources = this.#discover(group);
      this.#plurals.set(group, resources);
    }
    const resource = (await resources).get(kind);
    if (resource === undefined) throw new Error(`the cluster serves no ${apiVersion} ${kind}`);
    const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
    return `${group}${scope}/${resource.name}/${name}`;
  }

  async #discover(group: string): Promise<ReadonlyMap<string, Resource>> {
    const { resources } = (await this.#client.send('GET', group)) as {
      readonly resources: readonly Resource[];
    };
    return new Map(
      resources.filter(({ name }) => !name.includes('/')).map((resource) => [resource.kind, resource]),
    );
  }
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}
