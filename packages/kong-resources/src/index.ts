export { kongPluginSchema, PLUGIN_PROTOCOLS, type KongPlugin } from './kong-plugin.ts';
export { parseKongPlugin, type KongPluginResult } from './validation.ts';
export type { FieldIssue } from './field-issue.ts';
