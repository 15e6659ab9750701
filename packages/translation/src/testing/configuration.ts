import type { Problem } from '@silverback/errors';
import { assemble, type KongConfiguration, type RootKey } from '@silverback/kong-configuration';
import { fragmentsOf, type TranslationOptions } from './manifests.ts';

/**
 * The way from manifests to the assembled configuration, and every problem of it. The fragments of roots that proxies
 * refuse are left out.
 */
export function configurationOf(
  yaml: string,
  options: TranslationOptions & { readonly isRefused?: (root: RootKey) => boolean } = {},
): {
  readonly configuration: KongConfiguration;
  readonly problems: readonly Problem[];
} {
  const { isRefused = () => false } = options;
  const fragments = [...fragmentsOf(yaml, options).values()].filter(({ root }) => !isRefused(root));
  const sorted = [...fragments].sort((a, b) => (a.root < b.root ? -1 : 1));
  const assembled = assemble(fragments);
  const problems = [...sorted.flatMap((fragment) => fragment.problems), ...assembled.problems];
  return { configuration: assembled.configuration, problems };
}
