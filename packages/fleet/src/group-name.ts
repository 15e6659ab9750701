import type { Facets } from '@silverback/kong-configuration';

/** How people see a capability group: its answers, as in `plugin:redirect=false, router=traditional`. */
export function groupName(answers: Facets): string {
  const words = Object.entries(answers).map(([facet, answer]) => `${facet}=${String(answer)}`);
  return words.length === 0 ? 'all' : words.join(', ');
}
