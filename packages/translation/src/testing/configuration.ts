import type { Problem } from '@silverback/errors';
import { assemble, type KongConfiguration } from '@silverback/kong-configuration';
import { TranslationEngine } from '../index.ts';
import { clusterOf, resourcesOf } from './manifests.ts';

/** The way from manifests to the assembled configuration, and every problem of it. */
export function configurationOf(yaml: string): {
  readonly configuration: KongConfiguration;
  readonly problems: readonly Problem[];
} {
  const state = clusterOf(resourcesOf(yaml));
  const engine = new TranslationEngine({ state, settings: { ingressClass: 'kong' } });
  engine.update(new Set());
  const fragments = [...engine.fragments().values()].sort((a, b) => (a.root < b.root ? -1 : 1));
  const assembled = assemble(engine.fragments().values());
  const problems = [...fragments.flatMap((fragment) => fragment.problems), ...assembled.problems];
  return { configuration: assembled.configuration, problems };
}
