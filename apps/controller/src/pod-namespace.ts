import { existsSync, readFileSync } from 'node:fs';

/** Where Kubernetes tells a pod its namespace. */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The namespace that this pod runs in; `default` outside of a cluster, as for kubectl. */
export function podNamespace(file = NAMESPACE_FILE): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'default';
}
