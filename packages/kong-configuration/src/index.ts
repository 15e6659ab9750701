export * from './entities.ts';
export * from './fragment.ts';
export type { Payload } from './payload.ts';
export type { AssemblyResult, Unresolved } from './assembly-result.ts';
export * from './ids.ts';
export { canonicalJson } from './canonical-json.ts';
export { createFragment } from './fragment-hash.ts';
export { comparePrecedence } from './precedence.ts';
