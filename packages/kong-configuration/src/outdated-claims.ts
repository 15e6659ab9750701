import { matchClaimOf } from './assembly/route-matches.ts';
import { createFragment } from './fragment-hash.ts';
import type { PartOf } from './assembly/ordered-parts.ts';
import type { Fragment, FragmentPart } from './fragment.ts';

/**
 * A fragment that is used in place of the newest one of its root, with those of its claims marked as outdated that the
 * newest one does not make any more: whoever claims the same now wins. What both claim stays claimed, so that nobody else
 * gets the requests of a route because its newest form can't be used.
 *
 * @param older - the fragment to be used
 * @param newest - what the root says now
 * @returns the same object if there is nothing to mark
 */
export function withOutdatedClaims(older: Fragment, newest: Fragment): Fragment {
  const claims = new Set(newest.parts.flatMap((part) => claimsOf(part, newest)));
  const outdatedParts = older.parts.flatMap((part, position) =>
    claimsOf(part, older).every((claim) => claims.has(claim)) ? [] : [position],
  );
  if (outdatedParts.join() === (older.outdatedParts ?? []).join()) return older;
  const { root, resource, location, precedence, parts, problems } = older;
  return createFragment({
    root,
    resource,
    ...(location && { location }),
    precedence,
    parts,
    problems,
    ...(outdatedParts.length > 0 && { outdatedParts }),
  });
}

/** The slots that parts of each type bid for. */
const CLAIMS: {
  readonly [Type in FragmentPart['type']]: (part: PartOf<Type>, of: Fragment) => readonly string[];
} = {
  service: ({ entity, upstream }) => [entity.name, ...(upstream ? [`upstream ${upstream.name}`] : [])],
  route: ({ entity, isDefaultBackend }) => [
    entity.name,
    ...(isDefaultBackend ? ['default'] : matchesOf(entity)),
  ],
  plugin: ({ plugin }) => [plugin],
  'global-plugin': ({ plugin }, of) => [typeOf(plugin, of)],
  certificate: ({ entity }) => [entity.id],
  sni: ({ host }) => [host],
  consumer: ({ entity: { username, custom_id: customId } }) => [JSON.stringify([username, customId])],
  credential: ({ credentialType, uniqueValue }) => [`${credentialType} ${uniqueValue ?? ''}`],
  'consumer-group': ({ entity }) => [entity.name],
  'ca-certificate': ({ entity }) => [entity.id],
  vault: ({ entity }) => [entity.prefix],
  license: () => [''],
  'custom-entity': ({ entityType, fields }) => [JSON.stringify([entityType, fields['id']])],
};

function claimsOf(part: FragmentPart, of: Fragment): readonly string[] {
  const claims = CLAIMS[part.type] as (part: FragmentPart, of: Fragment) => readonly string[];
  return claims(part, of).map((slot) => `${part.type} ${slot}`);
}

function matchesOf(entity: Parameters<typeof matchClaimOf>[0]): string[] {
  const { hosts, paths, slotOf } = matchClaimOf(entity);
  return hosts.flatMap((host) => paths.map((path) => `match ${slotOf({ host, path })}`));
}

/** The type of a plugin for all requests, whose definition stands beside it. */
function typeOf(plugin: string, { parts }: Fragment): string {
  const definition = parts.find((part) => part.type === 'plugin' && part.plugin === plugin);
  return definition?.type === 'plugin' ? definition.definition.name : '';
}
