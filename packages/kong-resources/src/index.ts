export { DEFINITIONS, type KongKind, type KongResource } from './definitions.ts';
export { PLUGIN_PROTOCOLS } from './plugin-fields.ts';
export { kongPluginSchema, type KongPlugin } from './kong-plugin.ts';
export type { KongClusterPlugin } from './kong-cluster-plugin.ts';
export type { KongConsumer } from './kong-consumer.ts';
export type { KongConsumerGroup } from './kong-consumer-group.ts';
export type { KongVault } from './kong-vault.ts';
export type { KongLicense } from './kong-license.ts';
export { RESERVED_ENTITY_TYPES, type KongCustomEntity } from './kong-custom-entity.ts';
export {
  parseKongPlugin,
  parseResource,
  type KongPluginResult,
  type ValidationResult,
} from './validation.ts';
export type { FieldIssue } from './field-issue.ts';
