export type { FleetEvent } from './events.ts';
export { Fleet } from './fleet.ts';
export type { FleetOptions } from './fleet-options.ts';
export type { FleetReport, HeldResource, ProxyReport, ProxyState } from './report.ts';
export type { FleetStores } from './memory.ts';
export type { QuarantineEntry } from './quarantine.ts';
export { FileLedgerStore } from './state/file-ledger-store.ts';
export { FilePayloadStore } from './state/file-payload-store.ts';
export type { AcceptedState, LedgerStore, PayloadStore } from './state/stores.ts';
