import { ResourcePipeline } from '../resource-pipeline.ts';
import type { Composition } from './container.ts';
import {
  CLOCK,
  CLUSTER_ENDPOINTS,
  CLUSTER_STATE,
  FLEETS,
  LOGGER,
  METRICS,
  RESOURCE_PIPELINE,
  STATUS_ROUNDS,
  TIME_SLICES,
  TRANSLATION_ENGINE,
} from './tokens.ts';

export function registerPipeline(composition: Composition): void {
  composition.provide(
    RESOURCE_PIPELINE,
    (resolve) =>
      new ResourcePipeline({
        clock: resolve(CLOCK),
        slices: resolve(TIME_SLICES),
        state: resolve(CLUSTER_STATE),
        engine: resolve(TRANSLATION_ENGINE),
        fleets: [...resolve(FLEETS).values()],
        onChanged: (touched) => {
          resolve(CLUSTER_ENDPOINTS).changed(touched);
          resolve(STATUS_ROUNDS)?.translating();
        },
        onTranslated: ({ durationMs, changed, removed }) => {
          resolve(METRICS).observeTranslation(durationMs / 1000);
          resolve(LOGGER).log('info', 'resources were translated', {
            event: 'translated',
            durationMs: Math.round(durationMs),
            changed: changed.length,
            removed: removed.length,
          });
          resolve(STATUS_ROUNDS)?.translated([...changed, ...removed]);
        },
      }),
  );
}
