import type { Fragment, RootKey } from '@silverback/kong-configuration';
import type { Composition } from './composition.ts';
import { refusedHash, type QuarantineEntry } from './quarantine.ts';
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
  const beyondTargets = new Set<string>();
  for (const { entityId, entityType, entityName, messages, isContradiction } of refusal.refusals) {
    const root = entityId === undefined ? undefined : composition.payload.ownerOf(entityId);
    if (root === undefined) continue;
    if (isContradiction) contradictions.add(root);
    if (entityType !== 'target') beyondTargets.add(root);
    const entity = entityName === undefined ? entityType : `${entityType} ${entityName}`;
    reasons.set(root, [...(reasons.get(root) ?? []), `${entity}: ${messages.join(', ')}`]);
  }
  return [...reasons].flatMap(([root, words]) => {
    const fragment = composition.fragments.get(root);
    return fragment === undefined
      ? []
      : [
          {
            root,
            fragmentHash: refusedHash(fragment, !beyondTargets.has(root)),
            ...newestIfOther(fragment, composition),
            // An entity may stand in many places (a plugin on many routes): its words are needed once.
            reason: [...new Set(words)].slice(0, 5).join('; '),
            payloadHash: composition.payload.hash,
            ...(contradictions.has(root) && { isContradiction: true as const }),
          },
        ];
  });
}

/** The part of an entry that says what the newest form of a root is, where another form of it was refused. */
export function newestIfOther(
  { root, hashWithoutTargets }: Fragment,
  { newest }: Composition,
): Pick<QuarantineEntry, 'newestHash'> {
  const newestHash = newest.get(root)?.hashWithoutTargets;
  return newestHash === undefined || newestHash === hashWithoutTargets ? {} : { newestHash };
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
 * @param accepted - what was accepted last: what differs from it in nothing but targets was refused for those
 */
export function foundRoots(
  roots: readonly RootKey[],
  { reason, composition, isContradiction }: UnnamedSearch,
  accepted: ReadonlyMap<RootKey, Fragment>,
): QuarantineEntry[] {
  const how =
    roots.length === 1
      ? 'Kong names nothing; this was found by trying'
      : `Kong names nothing; this is one of ${String(roots.length)} resources that it may be about`;
  return roots.flatMap((root) => {
    // The form that was tried, which is an older one where the root was held already.
    const fragment = composition.fragments.get(root);
    const before = accepted.get(root)?.hashWithoutTargets;
    return fragment
      ? [
          {
            root,
            fragmentHash: refusedHash(fragment, before === fragment.hashWithoutTargets),
            ...newestIfOther(fragment, composition),
            reason: `${reason} (${how})`,
            payloadHash: composition.payload.hash,
            ...(isContradiction && { isContradiction: true as const }),
          },
        ]
      : [];
  });
}
