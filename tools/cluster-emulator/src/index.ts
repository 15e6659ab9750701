export { ApiFailure } from './api-failure.ts';
export type { PolicyRule, User } from './authentication.ts';
export { ClusterEmulator } from './cluster-emulator.ts';
export type { ClusterObjects, KubernetesObject, ObjectReference } from './cluster-objects.ts';
export { kongDefinitions } from './kinds/kong-definitions.ts';
export type { Fault, FaultEffect } from './faults.ts';
export type { Verb } from './http/request-info.ts';
export type { ClusterEmulatorOptions } from './options.ts';
export type { RequestFilter, RequestRecord, Traffic, WriteRecord } from './traffic.ts';
