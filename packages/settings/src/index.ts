export { type CheckDiscovery, type DiscoveryIssue, fleetSchema, type FleetSettings } from './fleet-schema.ts';
export { issueToError, type SettingIssue } from './issue.ts';
export type { ListenAddress } from './listen-address.ts';
export { listModules } from './modules.ts';
export { parseSettings, resolveFleetPaths, type ParsedSettings, type ParseOptions } from './parse.ts';
export { describeSettings, type SettingDescription } from './setting-descriptions.ts';
export { listScalars, type ScalarSetting } from './scalars.ts';
export { LOG_LEVELS, type Settings, settingsJsonSchema, settingsSchema } from './schema.ts';
