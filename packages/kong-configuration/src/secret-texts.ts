import type { JsonValue } from './entities.ts';
import type { Fragment } from './fragment.ts';

/**
 * The texts in the configurations of plugins that come from Secrets: not to be shown to anybody. They are told from what stands in
 * the objects themselves, whatever the Secrets hold by now.
 */
export function secretTexts(fragments: Iterable<Fragment>): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { parts } of fragments) {
    for (const part of parts) {
      if (part.type !== 'plugin' || part.secrets === undefined) continue;
      const open = new Set(textsIn(part.secrets.config));
      for (const text of textsIn(part.definition.config)) if (!open.has(text)) texts.add(text);
    }
  }
  return texts;
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member) => textsIn(member));
}
