import { describeResource } from '@silverback/errors';
import type { ConsumerGroupPart, PluginPart } from '../fragment.ts';
import type { Findings } from './findings.ts';
import type { Claimant } from './ordered-parts.ts';
import type { Asker, PluginReferences } from './plugin-references.ts';
import type { PluginScopes } from './plugin-scopes.ts';
import { Slots } from './slots.ts';

/** A group of consumers that has its name. */
export interface NamedGroup {
  readonly claimant: Claimant<ConsumerGroupPart>;
  /** Undefined if one is missing: the group is not served then. */
  readonly plugins?: readonly Claimant<PluginPart>[];
}

/**
 * Decides which groups of consumers there are: the first of each name.
 *
 * @param scopes - takes what groups ask for
 */
export function selectGroups(
  claimants: readonly Claimant<ConsumerGroupPart>[],
  references: PluginReferences,
  scopes: PluginScopes,
  findings: Findings,
): readonly NamedGroup[] {
  const names = new Slots<ConsumerGroupPart>();
  return claimants.flatMap((claimant) => {
    const winner = names.claim(claimant.part.entity.name, claimant);
    if (winner !== claimant) {
      reportGroupName(claimant, winner, findings);
      return [];
    }
    const plugins = references.find(claimant.part.plugins, groupAsker(claimant));
    if (plugins === undefined) return [{ claimant }];
    scopes.addGroup(plugins);
    return [{ claimant, plugins }];
  });
}

/** Reports that another group has the name. */
export function reportGroupName(
  { part, fragment }: Claimant<ConsumerGroupPart>,
  winner: Claimant<ConsumerGroupPart>,
  findings: Findings,
): void {
  const { name } = part.entity;
  findings.report(fragment, 'ConsumerGroupNameTaken', {
    entity: name,
    message: `${describeResource(winner.fragment.resource)} already gives the group ${name}`,
    action: 'this group is left out',
  });
}

/** Who asks for the plugins of a group. */
export function groupAsker({ part, fragment }: Claimant<ConsumerGroupPart>): Asker {
  const { name } = part.entity;
  return { fragment, entity: name, subject: `the group ${name}` };
}
