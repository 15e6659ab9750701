import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this tool, where its go.mod is. */
export const TOOL_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** Where the programs are, by the convention of controller-runtime's envtest. */
export interface Assets {
  /** The folder that holds `kube-apiserver` and `etcd`. */
  readonly folder: string;
  /** How it was found. */
  readonly origin: 'KUBEBUILDER_ASSETS' | 'cache';
}

/** The release of Kubernetes that is built, as in `v1.35.4`: that of go.mod. */
export function kubernetesVersion(goMod: string = readFileSync(join(TOOL_FOLDER, 'go.mod'), 'utf8')): string {
  const version = /^\s*(?:require\s+)?k8s\.io\/kubernetes (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('go.mod names no version of k8s.io/kubernetes');
  return version;
}

/** Where built programs are kept: outside of the checkout, a folder for each release. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const cache = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'silverback', 'kube-apiserver', kubernetesVersion());
}

/**
 * Looks for the programs: in `KUBEBUILDER_ASSETS` if that is set, else in the cache.
 *
 * @returns undefined where they are not, and have to be built
 * @throws Error when `KUBEBUILDER_ASSETS` names a folder without them
 */
export function findAssets(environment: NodeJS.ProcessEnv = process.env): Assets | undefined {
  const folder = environment['KUBEBUILDER_ASSETS'] ?? '';
  if (folder === '') {
    const cache = cacheFolder(environment);
    return isComplete(cache) ? { folder: cache, origin: 'cache' } : undefined;
  }
  if (!isComplete(folder))
    throw new Error(`KUBEBUILDER_ASSETS is ${folder}, which lacks kube-apiserver or etcd`);
  return { folder, origin: 'KUBEBUILDER_ASSETS' };
}

function isComplete(folder: string): boolean {
  return ['kube-apiserver', 'etcd'].every((name) => existsSync(join(folder, name)));
}
