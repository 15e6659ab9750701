export * from './contract.ts';
export { BackendRegistry, type ConfiguredBackend } from './backend-registry.ts';
export { mergeDiscoveries, mergeSnapshots } from './merge.ts';
export { staticBackend, type StaticSettings } from './static-backend.ts';
