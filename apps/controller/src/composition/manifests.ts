import { DirectorySource } from '@silverback/manifests';
import type { Composition } from './container.ts';
import { CLOCK, RESOURCE_SOURCE, SETTINGS } from './tokens.ts';

export function registerManifests(composition: Composition): void {
  composition.provide(
    RESOURCE_SOURCE,
    (resolve) =>
      new DirectorySource({
        path: resolve(SETTINGS).source.directory?.path ?? '.',
        clock: resolve(CLOCK),
      }),
  );
}
