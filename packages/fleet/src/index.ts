export type { FleetEvent } from './events.ts';
export { Fleet, type FleetOptions } from './fleet.ts';
export type { FleetReport, HeldResource, ProxyReport, ProxyState } from './report.ts';
