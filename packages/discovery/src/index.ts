export * from './contract.ts';
export { BackendRegistry, type ConfiguredBackend } from './backend-registry.ts';
export { dnsSrvBackend } from './dns-srv-backend.ts';
export type { DnsSrvSettings } from './dns-srv-settings.ts';
export { endpointsBackend } from './endpoints-backend.ts';
export type { EndpointsSettings } from './endpoints-settings.ts';
export {
  FleetDiscovery,
  type DiscoverySource,
  type FleetDiscoveryOptions,
  type SourceEvent,
  type SourceReport,
} from './fleet-discovery.ts';
export { guardBackend } from './guarded-backend.ts';
export { mergeDiscoveries, mergeSnapshots } from './merge.ts';
export { staticBackend, type StaticSettings } from './static-backend.ts';
export type { ServiceEndpoints, ServiceName, ServiceState } from './service-endpoints.ts';
