import { ResourcePipeline } from '../resource-pipeline.ts';
import type { Composition } from './container.ts';
import {
  CLOCK,
  CLUSTER_ENDPOINTS,
  CLUSTER_STATE,
  FLEETS,
  LOGGER,
  METRICS,
  PROBLEM_LOG,
  RESOURCE_PIPELINE,
  TRANSLATION_ENGINE,
} from './tokens.ts';

export function registerPipeline(composition: Composition): void {
  composition.provide(
    RESOURCE_PIPELINE,
    (resolve) =>
      new ResourcePipeline({
        clock: resolve(CLOCK),
        state: resolve(CLUSTER_STATE),
        engine: resolve(TRANSLATION_ENGINE),
        fleets: [...resolve(FLEETS).values()],
        onChanged: (touched) => {
          resolve(CLUSTER_ENDPOINTS).changed(touched);
        },
        onTranslated: ({ durationMs, ...counts }) => {
          resolve(METRICS).observeTranslation(durationMs / 1000);
          resolve(LOGGER).log('info', 'resources were translated', {
            event: 'translated',
            durationMs: Math.round(durationMs),
            ...counts,
          });
          for (const [name, fleet] of resolve(FLEETS)) {
            resolve(PROBLEM_LOG).observe(name, fleet.report().problems);
          }
        },
      }),
  );
}
