export { publishedAddresses, type LoadBalancerAddress, type PublishedService } from './addresses.ts';
export {
  CONTROLLER_NAME,
  MAX_ANCESTORS,
  policyAncestors,
  type PolicyAncestor,
  type PolicyUse,
} from './ancestors.ts';
export { programmedCondition, type Condition, type Programming } from './condition.ts';
export {
  decide,
  KINDS_WITH_ANCESTORS,
  KINDS_WITH_ADDRESSES,
  KINDS_WITH_CONDITIONS,
  problemsByRoot,
  type Judgement,
  type ObservedResource,
  type Situation,
  type StatusDecision,
} from './decide.ts';
export { eventsFor, type ResourceEvent } from './event.ts';
export { isConfirmedBy, rootOf, type FleetOutcome, type RootHashes } from './fleet-outcome.ts';
