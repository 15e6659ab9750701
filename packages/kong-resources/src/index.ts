export { kongPluginSchema, PLUGIN_PROTOCOLS, type KongPlugin } from './kong-plugin.ts';
export { parseKongPlugin, type FieldIssue, type KongPluginResult } from './validation.ts';
