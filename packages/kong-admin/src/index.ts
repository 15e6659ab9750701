export * from './contract.ts';
export { AdminClient, type AdminClientOptions } from './admin-client.ts';
export type { AdminLimits, AdminTimeouts } from './bounds.ts';
