export { configurationErrors } from './declarative/configuration-errors.ts';
export { type EchoBackend, type EchoOptions, startEchoBackend } from './echo-backend.ts';
export type { Edition, EmulatorOptions, KongEmulator, PushRecord, RouterFlavor } from './emulator.ts';
export type { Fault, FaultType } from './faults.ts';
export type { NodeKind } from './schema/node-kind.ts';
export { startKongEmulator } from './start-emulator.ts';
