export type { FleetReport, HeldResource, ProxyReport, ProxyState } from './report.ts';
