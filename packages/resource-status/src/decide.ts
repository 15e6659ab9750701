import type { Problem, ResourceReference } from '@silverback/errors';
import type { LoadBalancerAddress } from './addresses.ts';
import { policyAncestors, type PolicyAncestor } from './ancestors.ts';
import { programmedCondition, type Condition } from './condition.ts';
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

/** What is known at one moment. */
export interface Situation {
  readonly fleets: readonly FleetOutcome[];
  /** What is wrong with resources, by {@link rootOf}: see {@link problemsByRoot}. */
  readonly problemsOf: ReadonlyMap<string, readonly Problem[]>;
  /** See `publishedAddresses`; undefined where none are to be written. */
  readonly addresses?: readonly LoadBalancerAddress[];
  /** RFC 3339 in UTC. */
  readonly now: string;
}

/** What is decided about one resource. */
export interface Judgement {
  /** Absent where nothing is to be changed. */
  readonly decision?: StatusDecision;
  /** Whether it will be another one once the proxies have confirmed the resource. */
  readonly isOpen: boolean;
}

/** Problems by the root of their resource; those without a resource are left out. */
export function problemsByRoot(problems: readonly Problem[]): ReadonlyMap<string, readonly Problem[]> {
  const known = new Map<string, Problem[]>();
  for (const problem of problems) {
    if (problem.resource === undefined) continue;
    const root = rootOf(problem.resource);
    const others = known.get(root);
    if (others === undefined) known.set(root, [problem]);
    else others.push(problem);
  }
  return known;
}

const NOTHING: Judgement = { isOpen: false };

/** Decides what the status of one resource should be. The same input gives the same decision. */
export function decide(resource: ObservedResource, situation: Situation): Judgement {
  const { kind } = resource.reference;
  if (KINDS_WITH_CONDITIONS.has(kind)) return decideCondition(resource, situation);
  if (KINDS_WITH_ANCESTORS.has(kind)) return decideAncestors(resource, situation);
  return KINDS_WITH_ADDRESSES.has(kind) ? decideAddresses(resource, situation) : NOTHING;
}

function decideCondition(resource: ObservedResource, situation: Situation): Judgement {
  const { reference, generation, conditions } = resource;
  const { fleets, problemsOf, now } = situation;
  const root = rootOf(reference);
  const problems = problemsOf.get(root) ?? [];
  // Somebody else's resource: another ingress class, for example.
  if (problems.length === 0 && !isServed(fleets, root)) return NOTHING;
  const existing = conditions.find(({ type }) => type === 'Programmed');
  const isConfirmed = isConfirmedBy(fleets, root);
  const known = { generation, isConfirmed, problems, ...(existing && { existing }) };
  const condition = programmedCondition(known, now);
  const isOpen = condition.status === 'Unknown';
  return condition === existing ? { isOpen } : { isOpen, decision: { resource: reference, condition } };
}

function decideAncestors(resource: ObservedResource, situation: Situation): Judgement {
  const { reference, generation, ancestors: existing = [], users = [] } = resource;
  const { fleets, problemsOf, now } = situation;
  const use = { policy: reference, generation, users, existing };
  const ancestors = policyAncestors(use, fleets, problemsOf, now);
  const isOpen = ancestors.some(({ conditions }) => conditions.some(({ status }) => status === 'Unknown'));
  return ancestors === existing ? { isOpen } : { isOpen, decision: { resource: reference, ancestors } };
}

/** Addresses are written once every proxy serves the resource; what is there already is kept current from the start. */
function decideAddresses(resource: ObservedResource, situation: Situation): Judgement {
  const { reference, addresses: existing } = resource;
  const { fleets, addresses: published } = situation;
  const root = rootOf(reference);
  const isSame = published === undefined || JSON.stringify(existing) === JSON.stringify(published);
  if (isSame || !isServed(fleets, root)) return NOTHING;
  const isReady = existing.length > 0 || isConfirmedBy(fleets, root);
  if (!isReady) return { isOpen: true };
  return { isOpen: false, decision: { resource: reference, addresses: published } };
}

function isServed(fleets: readonly FleetOutcome[], root: string): boolean {
  return fleets.some(({ newest }) => newest.has(root));
}
