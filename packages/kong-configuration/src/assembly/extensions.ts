import { describeResource } from '@silverback/errors';
import { compareCodeUnits } from '../code-unit-order.ts';
import type { LicenseEntity, VaultEntity } from '../entities.ts';
import type { Fragment, GlobalPluginPart, LicensePart, PluginPart, RootKey, VaultPart } from '../fragment.ts';
import { comparePrecedence } from '../precedence.ts';
import type { Findings } from './findings.ts';
import { compareOutdated, type Claimant } from './ordered-parts.ts';
import type { PluginFinder } from './plugin-references.ts';
import { Slots } from './slots.ts';

/** The plugins for all requests: the first of each type. */
export function selectGlobalPlugins(
  claimants: readonly Claimant<GlobalPluginPart>[],
  references: PluginFinder,
  findings: Findings,
): readonly Claimant<PluginPart>[] {
  const types = new Slots<GlobalPluginPart>();
  return claimants.flatMap((claimant) => {
    const { part, fragment } = claimant;
    const asker = { fragment, entity: part.plugin, subject: 'the plugin for all requests' };
    const [definition] = references.find([{ plugin: part.plugin }], asker) ?? [];
    if (definition === undefined) return [];
    const type = definition.part.definition.name;
    const winner = types.claim(type, claimant);
    if (winner === claimant) return [definition];
    findings.report(fragment, 'GlobalPluginTaken', {
      entity: type,
      message: `${describeResource(winner.fragment.resource)} already gives the plugin ${type} for all requests`,
      action: 'this one applies only where it is asked for',
    });
    return [];
  });
}

/** The vaults: the first of each prefix, sorted by prefix. */
export function selectVaults(
  claimants: readonly Claimant<VaultPart>[],
  owners: Map<string, RootKey>,
  findings: Findings,
): readonly VaultEntity[] {
  const prefixes = new Slots<VaultPart>();
  const vaults: VaultEntity[] = [];
  for (const claimant of claimants) {
    const { part, fragment } = claimant;
    const { id, prefix } = part.entity;
    const winner = prefixes.claim(prefix, claimant);
    if (winner === claimant) {
      vaults.push(part.entity);
      owners.set(id, fragment.root);
      continue;
    }
    findings.report(fragment, 'VaultPrefixTaken', {
      entity: prefix,
      message: `${describeResource(winner.fragment.resource)} already gives the vault with the prefix ${prefix}`,
      action: 'this vault is left out',
    });
  }
  return vaults.sort((a, b) => compareCodeUnits(a.prefix, b.prefix));
}

/** The licence: the newest one. */
export function selectLicense(
  claimants: readonly Claimant<LicensePart>[],
  owners: Map<string, RootKey>,
  findings: Findings,
): readonly LicenseEntity[] {
  const [winner, ...others] = claimants.toSorted(
    (a, b) => compareOutdated(a, b) || byNewest(a.fragment, b.fragment),
  );
  if (winner === undefined) return [];
  for (const { fragment } of others) {
    findings.report(
      fragment,
      'LicenseReplaced',
      {
        message: `${describeResource(winner.fragment.resource)} is newer`,
        action: 'that licence is used',
      },
      'warning',
    );
  }
  owners.set(winner.part.entity.id, winner.fragment.root);
  return [winner.part.entity];
}

/** One without a timestamp counts as the oldest; of the same age the first by name wins. */
function byNewest(a: Fragment, b: Fragment): number {
  const [age, other] = [a.precedence.creationTimestamp, b.precedence.creationTimestamp];
  return age === other ? comparePrecedence(a.precedence, b.precedence) : compareCodeUnits(other, age);
}
