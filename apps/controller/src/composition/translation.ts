import { TranslationEngine } from '@silverback/translation';
import type { Composition } from './container.ts';
import { CLUSTER_STATE, SETTINGS, TRANSLATION_ENGINE } from './tokens.ts';

export function registerTranslation(composition: Composition): void {
  composition.provide(
    TRANSLATION_ENGINE,
    (resolve) =>
      new TranslationEngine({
        state: resolve(CLUSTER_STATE),
        settings: { ingressClass: resolve(SETTINGS).ingressClass, ...resolve(SETTINGS).translation },
      }),
  );
}
