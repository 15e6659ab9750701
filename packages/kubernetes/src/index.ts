export type { ApiConnection, ApiCredentials } from './access/api-credentials.ts';
export { ApiRefusal, isRefusal } from './access/api-error.ts';
export { KubeConfigCredentials, type KubeConfigOptions } from './access/kube-config-credentials.ts';
export { KubeHttp, type ApiRequest, type KubeHttpOptions } from './access/kube-http.ts';
export {
  ClusterSource,
  type ClusterChanges,
  type ClusterEvent,
  type ClusterSnapshot,
  type ClusterSourceOptions,
  type KindProgress,
} from './source/cluster-source.ts';
export type { KindEvent } from './source/kind-watch.ts';
export {
  LeaderElection,
  type LeaderElectionOptions,
  type LeadershipEvent,
  type LeadershipState,
} from './lease/leader-election.ts';
export {
  SecretCredentialSource,
  type SecretCredentialSourceOptions,
} from './credentials/secret-credential-source.ts';
export { SecretLedgerStore, type SecretLedgerStoreOptions } from './ledger/secret-ledger-store.ts';
export type { ObservedStatus } from './source/observed-status.ts';
export { ObservedStatuses } from './source/observed-statuses.ts';
export { EventWriter, type EventWriterOptions } from './write/event-writer.ts';
export { StatusWriter, type StatusWriterOptions } from './write/status-writer.ts';
export type { WriteEvent } from './write/write-queue.ts';
