import type { ProblemList } from './problem-list.ts';
import type { TranslationView } from './translator.ts';

/**
 * Whether a proxy takes what only Kong Enterprise knows. Others refuse the whole configuration for it, without a word
 * about whose it is, so it is left out for them, with a problem.
 */
export function isEnterprise(
  view: TranslationView,
  problems: ProblemList,
  { field, what, action }: { readonly field?: string; readonly what: string; readonly action: string },
): boolean {
  if (view.facet('enterprise')) return true;
  const message = `${what} need Kong Enterprise, and the proxies are none`;
  problems.error('EnterpriseNeeded', { ...(field !== undefined && { field }), message, action });
  return false;
}
