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
  type DecisionInput,
  type Decisions,
  type ObservedResource,
  type StatusDecision,
} from './decide.ts';
export { eventsFor, type ResourceEvent } from './event.ts';
export { isConfirmedBy, type FleetOutcome } from './fleet-outcome.ts';
