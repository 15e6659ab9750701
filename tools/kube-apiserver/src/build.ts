import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findAssets, kubernetesVersion, TOOL_FOLDER } from './assets.ts';

/** The programs, with the Go package of each. */
const PROGRAMS = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
};

/** Builds the programs into the cache, unless they are there. */
function build(): void {
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  for (const [name, goPackage] of Object.entries(PROGRAMS)) {
    const startedAt = performance.now();
    buildOne(join(folder, name), goPackage);
    process.stderr.write(`${name}: built in ${Math.round((performance.now() - startedAt) / 1000)} s\n`);
  }
}

function buildOne(program: string, goPackage: string): void {
  // Under another name first: what is half written must not count as built.
  const part = `${program}.part`;
  const version = `-X k8s.io/component-base/version.gitVersion=${kubernetesVersion()}`;
  // Where Go's own installer puts it, which is not always in the path.
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/local/go/bin` };
  const words = ['build', '-trimpath', '-ldflags', `-s -w ${version}`, '-o', part, goPackage];
  const { status, error } = spawnSync('go', words, { cwd: TOOL_FOLDER, stdio: ['ignore', 2, 2], env });
  if (error) throw new Error(`go can not be run (${error.message}); see https://go.dev/doc/install`);
  if (status !== 0) throw new Error(`go build of ${goPackage} failed`);
  renameSync(part, program);
}

try {
  if (findAssets({ ...process.env, KUBEBUILDER_ASSETS: '' }) === undefined) build();
  process.stdout.write(`${cacheFolder()}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
