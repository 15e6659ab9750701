import type { Problem } from '@silverback/errors';
import type { RootKey } from '@silverback/kong-configuration';
import type { GroupReport, HeldResource } from '../index.ts';
import {
  CONSUMER,
  keyOf,
  LIMIT,
  QUOTA,
  secretRoot,
  serviceRoot,
  type FleetCluster,
  type Version,
} from './fleet-cluster.ts';
import type { ServedConfiguration } from './fleet-configuration.ts';

/** What a report says of the resources for one group, beside what its proxies hold. */
export interface Agreement {
  readonly cluster: FleetCluster;
  readonly group: GroupReport;
  readonly problems: readonly Problem[];
  /** What the proxies of the group hold. */
  readonly configuration: ServedConfiguration;
  readonly isTaken: (version: Version) => boolean;
}

/**
 * Holds what a report says against what is served: what is not held is served in its newest form, or a problem says why
 * not; what is held is served in an older form, or not at all, as the report says; and nothing is held that Kong takes.
 */
export function disagreements(agreement: Agreement): readonly string[] {
  const { cluster, group, configuration } = agreement;
  const heldTwice = group.held.length !== new Set(group.held.map(({ root }) => root)).size;
  return [
    ...(heldTwice ? ['something is held twice'] : []),
    ...group.held
      .filter(({ root }) => cluster.version(root) === undefined)
      .map(({ root }) => `${root} is held and gone`),
    ...[...configuration.edits.keys()]
      .filter((root) => cluster.version(root) === undefined)
      .map((root) => `${root} is served and gone`),
    ...[...cluster.ingresses].flatMap(([root, version]) => disagreementOn(root, version, agreement)),
    ...[...cluster.services]
      .filter(([root]) => cluster.isUsed(root) || configuration.edits.has(root))
      .flatMap(([root, version]) => disagreementOn(root, version, agreement)),
    ...disagreementOn(CONSUMER, cluster.consumer, agreement),
    ...disagreementOnPlugin(LIMIT, cluster.limit, agreement),
    ...disagreementOnPlugin(QUOTA, cluster.quota, agreement),
    ...disagreementOnKeys(agreement),
  ];
}

function disagreementOn(root: RootKey, version: Version, agreement: Agreement): readonly string[] {
  const held = heldAs(root, agreement);
  return held === undefined
    ? disagreementOnFree(root, version, agreement)
    : disagreementOnHeld(root, version, held, agreement);
}

function disagreementOnFree(root: RootKey, version: Version, agreement: Agreement): readonly string[] {
  const served = agreement.configuration.edits.get(root);
  if (served === version.edit) return [];
  if (served !== undefined) return [`${root} is served in an older form, and not held`];
  if (!isExplained(root, agreement)) return [`${root} is not served, and nothing says why`];
  return isReady(root, agreement) ? [`${root} is not served although all of it is taken`] : [];
}

function disagreementOnHeld(
  root: RootKey,
  version: Version,
  held: HeldResource['instead'],
  agreement: Agreement,
): readonly string[] {
  const served = agreement.configuration.edits.get(root);
  if (isReady(root, agreement)) return [`${root} is held although all of it is taken`];
  if (!isExplained(root, agreement)) return [`${root} is held, and no problem says so`];
  if (held === 'left-out') return served === undefined ? [] : [`${root} is served and called left out`];
  if (served === version.edit) return [`${root} is served in its newest form and called held`];
  return served === undefined && !isExplained(root, agreement, 'ResourceRefused')
    ? [`${root} is called served in an older form and is not, and nothing says why`]
    : [];
}

function heldAs(root: RootKey, { group }: Agreement): HeldResource['instead'] | undefined {
  return group.held.find((held) => held.root === root)?.instead;
}

/** Whether the newest form of a root must be served: it is taken, and so is what it needs. */
function isReady(root: RootKey, agreement: Agreement): boolean {
  const { cluster, isTaken } = agreement;
  const version = cluster.version(root);
  if (version === undefined || !isTaken(version)) return false;
  if (root === CONSUMER) return cluster.consumer.keys.every((key) => isUsable(secretRoot(key), agreement));
  const ingress = cluster.ingresses.get(root);
  if (ingress === undefined) return true;
  const { protection, service, isContested } = ingress;
  if (heldAs(serviceRoot(service), agreement) === 'left-out') return false;
  if (protection === 'limit' && (heldAs(LIMIT, agreement) === 'left-out' || !isUsable(LIMIT, agreement)))
    return false;
  if (protection === 'quota' && !cluster.isGranted) return false;
  return !(isContested && [...cluster.contenders].some((other) => other !== root));
}

/**
 * Whether what shows only where it is used does no harm there: it is taken, or held. Where Kong names nothing, what uses it
 * may be found to be what is refused.
 */
function isUsable(root: RootKey, agreement: Agreement): boolean {
  const version = agreement.cluster.version(root);
  return version === undefined || agreement.isTaken(version) || heldAs(root, agreement) !== undefined;
}

/** Whether a problem is about a root, one with another code than `but`. */
function isExplained(root: RootKey, { problems }: Agreement, but?: string): boolean {
  return problems.some(({ resource, code }) => {
    if (resource === undefined || code === but) return false;
    return `${resource.kind}/${resource.namespace}/${resource.name}` === root;
  });
}

/** A plugin shows where it is used only. */
function disagreementOnPlugin(root: RootKey, version: Version, agreement: Agreement): readonly string[] {
  const { configuration, isTaken } = agreement;
  const held = heldAs(root, agreement);
  const served = configuration.edits.get(root);
  if (held !== undefined && isTaken(version)) return [`${root} is held although it is taken`];
  if (served === undefined) return [];
  if (held === 'left-out') return [`${root} is left out and served`];
  const isNewest = served === version.edit;
  if (isNewest === (held === undefined)) return [];
  return [`${root} is served in ${isNewest ? 'its newest' : 'an older'} form and ${held ?? 'not'} held`];
}

/** A key is served in its newest form or not at all, and only if the consumer is served and has it. */
function disagreementOnKeys(agreement: Agreement): readonly string[] {
  const { cluster, configuration, isTaken } = agreement;
  const held = [...cluster.secrets].flatMap(([root, version]) => {
    const instead = heldAs(root, agreement);
    if (instead === undefined) return [];
    if (isTaken(version)) return [`${root} is held although it is taken`];
    return instead === 'previous'
      ? [`${root} is held in an older form, which lets in who may not come in`]
      : [];
  });
  const isWhole = configuration.edits.get(CONSUMER) === cluster.consumer.edit;
  const wanted = cluster.consumer.keys.flatMap((index) => {
    const root = secretRoot(index);
    const version = cluster.secrets.get(root);
    return version && isTaken(version) ? [keyOf(root, version)] : [];
  });
  const missing = wanted.filter((key) => isWhole && !configuration.keys.has(key));
  const spare = [...configuration.keys].filter((key) => !wanted.includes(key));
  return [
    ...held,
    ...missing.map((key) => `the key ${key} is not served`),
    ...spare.map((key) => `the key ${key} is served and should not be`),
  ];
}
