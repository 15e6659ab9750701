import type { Facets } from '@silverback/kong-configuration';

/** Whether a value that was read is a set of answers to facets. */
export function isFacets(value: unknown): value is Facets {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((answer) => typeof answer === 'string' || typeof answer === 'boolean')
  );
}
