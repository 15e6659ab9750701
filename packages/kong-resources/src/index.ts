export { DEFINITIONS, type KongKind, type KongResource } from './definitions.ts';
export { PLUGIN_PROTOCOLS } from './plugin-fields.ts';
export { kongPluginSchema, type KongPlugin } from './kong-plugin.ts';
export type { KongClusterPlugin } from './kong-cluster-plugin.ts';
export type { KongConsumer } from './kong-consumer.ts';
export type { KongConsumerGroup } from './kong-consumer-group.ts';
export type { KongUpstreamPolicy } from './kong-upstream-policy.ts';
export type { KongIngress } from './kong-ingress.ts';
export type { KongServiceFacade } from './kong-service-facade.ts';
export type { IngressClassParameters } from './ingress-class-parameters.ts';
export type { KongVault } from './kong-vault.ts';
export type { KongLicense } from './kong-license.ts';
export { RESERVED_ENTITY_TYPES, type KongCustomEntity } from './kong-custom-entity.ts';
export {
  parseKongPlugin,
  parseResource,
  parseStreamRule,
  type KongPluginResult,
  type StreamRuleFields,
  type ValidationResult,
} from './validation.ts';
export type { FieldIssue } from './field-issue.ts';
export {
  ALL_KONG_KINDS,
  customResourceDefinition,
  customResourceDefinitions,
  OWN_LABELS,
  type CustomResourceDefinition,
} from './crd/custom-resource-definition.ts';
export { missingFields } from './crd/missing-fields.ts';
export { KONG_KINDS, type KindDescription } from './crd/kinds.ts';
