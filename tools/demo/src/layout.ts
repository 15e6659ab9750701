import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './error-code.ts';

/** The files and folders of one demo. */
export interface Layout {
  readonly root: string;
  /** The manifests that the controller watches: a copy that the user may edit. */
  readonly manifests: string;
  readonly pki: string;
  readonly logs: string;
  readonly settingsFile: string;
  /** How to reach the emulated cluster, if there is one. */
  readonly kubeconfig: string;
  /** The controller's own state: ledger and last-known-good. */
  readonly state: string;
  /** The shop's certificate, for `curl --cacert`. */
  readonly shopCertificate: string;
}

/** The paths inside a working directory. */
export function layoutIn(root: string): Layout {
  return {
    root,
    manifests: join(root, 'manifests'),
    pki: join(root, 'pki'),
    logs: join(root, 'logs'),
    settingsFile: join(root, 'silverback.yaml'),
    kubeconfig: join(root, 'kubeconfig'),
    state: join(root, 'state'),
    shopCertificate: join(root, 'shop.example.com.crt'),
  };
}

/**
 * Takes a working directory and empties it: `<parent>/<name>`, or `<name>-2`, `<name>-3` … while demos are running in
 * the earlier ones.
 *
 * @param isRunning - whether the process with that id lives
 */
export function claimLayout(
  parent: string,
  name: string,
  isRunning: (pid: number) => boolean = processIsRunning,
): Layout {
  for (let number = 1; ; number += 1) {
    const root = join(parent, number === 1 ? name : `${name}-${number}`);
    const owner = ownerOf(root);
    if (owner !== undefined && owner !== process.pid && isRunning(owner)) continue;
    const layout = layoutIn(root);
    rmSync(root, { recursive: true, force: true });
    for (const folder of [root, layout.pki, layout.logs, layout.state])
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(ownerFile(root), String(process.pid));
    return layout;
  }
}

/** Gives the working directory back; its files stay, to be looked at. */
export function releaseLayout(layout: Layout): void {
  rmSync(ownerFile(layout.root), { force: true });
}

function ownerFile(root: string): string {
  return join(root, 'pid');
}

function ownerOf(root: string): number | undefined {
  const file = ownerFile(root);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function processIsRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
