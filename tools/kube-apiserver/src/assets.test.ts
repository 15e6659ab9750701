import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder, findAssets, kubernetesVersion } from './assets.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assets-'))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function putPrograms(into: string): void {
  mkdirSync(into, { recursive: true });
  for (const name of ['kube-apiserver', 'etcd']) writeFileSync(join(into, name), '');
}

test('KUBEBUILDER_ASSETS comes first, and must have the programs', () => {
  const environment = { KUBEBUILDER_ASSETS: join(folder, 'named'), XDG_CACHE_HOME: folder };
  expect(() => findAssets(environment)).toThrow('lacks kube-apiserver or etcd');
  putPrograms(environment.KUBEBUILDER_ASSETS);
  putPrograms(cacheFolder(environment));
  expect(findAssets(environment)).toEqual({ folder: join(folder, 'named'), origin: 'KUBEBUILDER_ASSETS' });
});

test('without it the cache of the release in go.mod counts, once both programs are there', () => {
  const environment = { XDG_CACHE_HOME: folder };
  expect(findAssets(environment)).toBeUndefined();
  putPrograms(join(folder, 'silverback/kube-apiserver', kubernetesVersion()));
  expect(findAssets(environment)).toMatchObject({ origin: 'cache' });
});

test('the release is that of go.mod, where each staging module has the same number', () => {
  expect(kubernetesVersion()).toMatch(/^v1\.\d+\.\d+$/);
  expect(kubernetesVersion('require k8s.io/kubernetes v1.35.4 // indirect')).toBe('v1.35.4');
  expect(() => kubernetesVersion('module x')).toThrow('names no version');
});
