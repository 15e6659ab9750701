export * from './entities.ts';
export * from './fragment.ts';
export type { Payload } from './payload.ts';
export type { AssemblyResult, Unresolved } from './assembly-result.ts';
