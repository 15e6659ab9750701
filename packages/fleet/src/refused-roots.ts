import type { Fragment, RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import type { QuarantineEntry } from './quarantine.ts';
import type { Refusal } from './trial.ts';
import type { UnnamedSearch } from './unnamed-search.ts';

/**
 * Which resources a refusal is about. Entities are mapped by the ids that we gave them, through the payload's own index,
 * never by tags: whoever writes a resource can write tags too.
 *
 * @returns one entry for each root; empty when Kong names no entity of this payload
 */
export function refusedRoots(refusal: Refusal, composition: Composition): QuarantineEntry[] {
  const reasons = new Map<string, string[]>();
  const contradictions = new Set<string>();
  for (const { entityId, entityType, entityName, messages, isContradiction } of refusal.refusals) {
    const root = entityId === undefined ? undefined : composition.payload.ownerOf(entityId);
    if (root === undefined) continue;
    if (isContradiction) contradictions.add(root);
    const entity = entityName === undefined ? entityType : `${entityType} ${entityName}`;
    reasons.set(root, [...(reasons.get(root) ?? []), `${entity}: ${messages.join(', ')}`]);
  }
  return [...reasons].flatMap(([root, words]) => {
    const fragment = composition.fragments.get(root);
    const newest = composition.current.get(root);
    return fragment === undefined
      ? []
      : [
          {
            root,
            fragmentHash: fragment.hash,
            ...(newest && newest.hash !== fragment.hash && { newestHash: newest.hash }),
            // An entity may stand in many places (a plugin on many routes): its words are needed once.
            reason: [...new Set(words)].slice(0, 5).join('; '),
            payloadHash: composition.payload.hash,
            ...(contradictions.has(root) && { isContradiction: true as const }),
          },
        ];
  });
}

/** How many resources a sentence names. */
const MOST_NAMED = 3;

/** What a refusal is about, in one sentence: the resources and Kong's words, or only these where it names none. */
export function refusalInWords(refusal: Refusal, composition: Composition): string {
  const named = refusedRoots(refusal, composition).map(({ root, reason }) => `${root}: ${reason}`);
  const more = named.length > MOST_NAMED ? [`and ${String(named.length - MOST_NAMED)} more`] : [];
  return [...named.slice(0, MOST_NAMED), ...more].join('; ') || refusal.message;
}

/**
 * Entries for roots that were found by trying.
 *
 * @param known - what the resources say now, and what is kept of those that were not read
 */
export function foundRoots(
  roots: readonly RootKey[],
  { reason, payloadHash, isContradiction }: UnnamedSearch,
  known: ReadonlyMap<RootKey, Fragment>,
): QuarantineEntry[] {
  return roots.flatMap((root) => {
    const fragment = known.get(root);
    return fragment
      ? [
          {
            root,
            fragmentHash: fragment.hash,
            reason,
            payloadHash,
            ...(isContradiction && { isContradiction: true as const }),
          },
        ]
      : [];
  });
}
