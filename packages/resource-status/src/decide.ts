import { describeResource, type Problem, type ResourceReference } from '@silverback/errors';
import type { LoadBalancerAddress } from './addresses.ts';
import { policyAncestors, type PolicyAncestor } from './ancestors.ts';
import { programmedCondition, type Condition } from './condition.ts';
import { eventsFor, type ResourceEvent } from './event.ts';
import { isConfirmedBy, rootOf, type FleetOutcome } from './fleet-outcome.ts';

/** The kinds whose status has a condition `Programmed`; in a KongLicense it stands in the entry of the controller. */
export const KINDS_WITH_CONDITIONS: ReadonlySet<string> = new Set([
  'KongPlugin',
  'KongClusterPlugin',
  'KongConsumer',
  'KongConsumerGroup',
  'KongVault',
  'KongCustomEntity',
  'KongServiceFacade',
  'KongLicense',
]);

/** The kinds whose status says what became of them at each object that uses them. */
export const KINDS_WITH_ANCESTORS: ReadonlySet<string> = new Set(['KongUpstreamPolicy']);

/** The kinds whose status shows under which addresses they are served. */
export const KINDS_WITH_ADDRESSES: ReadonlySet<string> = new Set(['Ingress', 'TCPIngress', 'UDPIngress']);

/** A resource with what its status says now. */
export interface ObservedResource {
  readonly reference: ResourceReference;
  readonly generation: number;
  /** Its own conditions; those of other controllers make no difference. */
  readonly conditions: readonly Condition[];
  /** Its `status.loadBalancer.ingress`. */
  readonly addresses: readonly LoadBalancerAddress[];
  /** Our own entries in its `status.ancestors`, if it is of a kind with ancestors. */
  readonly ancestors?: readonly PolicyAncestor[];
  /** The objects that use it, the oldest first, if it is of a kind with ancestors. */
  readonly users?: readonly ResourceReference[];
}

/** What the status of one resource should be. A field that is absent stays as it is. */
export interface StatusDecision {
  readonly resource: ResourceReference;
  readonly condition?: Condition;
  readonly addresses?: readonly LoadBalancerAddress[];
  /** All of our own entries; what other controllers wrote stays. */
  readonly ancestors?: readonly PolicyAncestor[];
}

/** What there is to be written. */
export interface Decisions {
  /** Only where something is to be changed. */
  readonly statuses: readonly StatusDecision[];
  readonly events: readonly ResourceEvent[];
}

/** What the decisions are made of. */
export interface DecisionInput {
  readonly resources: readonly ObservedResource[];
  readonly fleets: readonly FleetOutcome[];
  /** See `publishedAddresses`; undefined where none are to be written. */
  readonly addresses?: readonly LoadBalancerAddress[];
  /** RFC 3339 in UTC. */
  readonly now: string;
}

/** Decides what is to be written into the cluster. The same input gives the same decisions. */
export function decide({ resources, fleets, addresses, now }: DecisionInput): Decisions {
  const problems = fleets.flatMap((fleet) => fleet.problems);
  const problemsOf = Map.groupBy(
    problems.filter(({ resource }) => resource !== undefined),
    ({ resource }) => (resource === undefined ? '' : describeResource(resource)),
  );
  const statuses = resources.flatMap((resource): StatusDecision[] => {
    const { kind } = resource.reference;
    const own = problemsOf.get(describeResource(resource.reference)) ?? [];
    if (KINDS_WITH_CONDITIONS.has(kind)) return conditionFor(resource, fleets, own, now);
    if (KINDS_WITH_ANCESTORS.has(kind)) return ancestorsFor(resource, fleets, problemsOf, now);
    return KINDS_WITH_ADDRESSES.has(kind) ? addressesFor(resource, fleets, addresses) : [];
  });
  return { statuses, events: eventsFor(problems) };
}

function conditionFor(
  { reference, generation, conditions }: ObservedResource,
  fleets: readonly FleetOutcome[],
  problems: readonly Problem[],
  now: string,
): StatusDecision[] {
  const root = rootOf(reference);
  // Somebody else's resource: another ingress class, for example.
  if (problems.length === 0 && !fleets.some(({ newest }) => newest.has(root))) return [];
  const existing = conditions.find(({ type }) => type === 'Programmed');
  const isConfirmed = isConfirmedBy(fleets, root);
  const known = { generation, isConfirmed, problems, ...(existing && { existing }) };
  const condition = programmedCondition(known, now);
  return condition === existing ? [] : [{ resource: reference, condition }];
}

function ancestorsFor(
  { reference, generation, ancestors: existing = [], users = [] }: ObservedResource,
  fleets: readonly FleetOutcome[],
  problemsOf: ReadonlyMap<string, readonly Problem[]>,
  now: string,
): StatusDecision[] {
  const use = { policy: reference, generation, users, existing };
  const ancestors = policyAncestors(use, fleets, problemsOf, now);
  return ancestors === existing ? [] : [{ resource: reference, ancestors }];
}

/** Addresses are written once the resource is served, and taken back when it is not. */
function addressesFor(
  { reference, addresses: existing }: ObservedResource,
  fleets: readonly FleetOutcome[],
  published: readonly LoadBalancerAddress[] | undefined,
): StatusDecision[] {
  const root = rootOf(reference);
  if (published === undefined || !fleets.some(({ newest }) => newest.has(root))) return [];
  const isServed = existing.length > 0 || isConfirmedBy(fleets, root);
  if (!isServed || JSON.stringify(existing) === JSON.stringify(published)) return [];
  return [{ resource: reference, addresses: published }];
}
