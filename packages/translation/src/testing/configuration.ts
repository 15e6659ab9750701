import type { Problem } from '@silverback/errors';
import { assemble, type KongConfiguration } from '@silverback/kong-configuration';
import { fragmentsOf, type TranslationOptions } from './manifests.ts';

/** The way from manifests to the assembled configuration, and every problem of it. */
export function configurationOf(
  yaml: string,
  options: TranslationOptions = {},
): {
  readonly configuration: KongConfiguration;
  readonly problems: readonly Problem[];
} {
  const fragments = fragmentsOf(yaml, options);
  const sorted = [...fragments.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
  const assembled = assemble(fragments.values());
  const problems = [...sorted.flatMap((fragment) => fragment.problems), ...assembled.problems];
  return { configuration: assembled.configuration, problems };
}
