import { DirectorySource } from '@silverback/manifests';
import type { ResourceSource } from '../resource-pipeline.ts';
import type { Composition, Resolve } from './container.ts';
import { CLOCK, CLUSTER_SOURCE, KUBE_HTTP, RESOURCE_SOURCE, SETTINGS } from './tokens.ts';

export function registerResourceSource(composition: Composition): void {
  composition.provide(RESOURCE_SOURCE, (resolve) => {
    const { directory } = resolve(SETTINGS).source;
    return directory === undefined
      ? clusterAsSource(resolve)
      : new DirectorySource({ path: directory.path, clock: resolve(CLOCK) });
  });
}

function clusterAsSource(resolve: Resolve): ResourceSource {
  const cluster = resolve(CLUSTER_SOURCE);
  if (cluster === undefined) throw new Error('the settings name no source');
  return {
    start: async (report) => {
      await resolve(KUBE_HTTP).authenticate();
      await cluster.start(report);
    },
    stop: () => cluster.stop(),
    missing: () => {
      const unread = cluster.progress().filter(({ isSynced }) => !isSynced);
      return [`not all objects are known of: ${unread.map(({ kind }) => kind).join(', ')}`];
    },
    close: () => resolve(KUBE_HTTP).close(),
  };
}
