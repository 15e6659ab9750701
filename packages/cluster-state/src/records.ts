import type {
  IngressClassParametersRecord,
  KongClusterPluginRecord,
  KongConsumerGroupRecord,
  KongConsumerRecord,
  KongCustomEntityRecord,
  KongIngressRecord,
  KongLicenseRecord,
  KongPluginRecord,
  KongServiceFacadeRecord,
  KongUpstreamPolicyRecord,
  KongVaultRecord,
  TcpIngressRecord,
  UdpIngressRecord,
} from './kong-records.ts';
import type {
  ConfigMapRecord,
  EndpointSliceRecord,
  IngressClassRecord,
  IngressRecord,
  ReferenceGrantRecord,
  SecretRecord,
  ServiceRecord,
} from './kubernetes-records.ts';

export type * from './kong-records.ts';
export type * from './kubernetes-records.ts';
export type { InvalidField, Metadata, Revision } from './record-of.ts';

/** The kinds that Silverback reads, and their records. */
export interface RecordByKind {
  Ingress: IngressRecord;
  IngressClass: IngressClassRecord;
  Service: ServiceRecord;
  EndpointSlice: EndpointSliceRecord;
  Secret: SecretRecord;
  ConfigMap: ConfigMapRecord;
  ReferenceGrant: ReferenceGrantRecord;
  KongPlugin: KongPluginRecord;
  KongClusterPlugin: KongClusterPluginRecord;
  KongConsumer: KongConsumerRecord;
  KongConsumerGroup: KongConsumerGroupRecord;
  KongUpstreamPolicy: KongUpstreamPolicyRecord;
  KongIngress: KongIngressRecord;
  KongVault: KongVaultRecord;
  KongLicense: KongLicenseRecord;
  KongCustomEntity: KongCustomEntityRecord;
  KongServiceFacade: KongServiceFacadeRecord;
  IngressClassParameters: IngressClassParametersRecord;
  TCPIngress: TcpIngressRecord;
  UDPIngress: UdpIngressRecord;
}

export type Kind = keyof RecordByKind;
export type ResourceRecord = RecordByKind[Kind];

/** Names one object in the cluster state: `Kind/namespace/name`. */
export type ResourceKey = string;

/** Joins texts with slashes into one that may be kept for long. A template would keep its pieces in memory beside the text. */
export function inOnePiece(...texts: readonly string[]): string {
  return texts.join('/');
}

/** The key of an object; `namespace` is empty for cluster-scoped kinds. */
export function resourceKey(kind: Kind, namespace: string, name: string): ResourceKey {
  return inOnePiece(kind, namespace, name);
}

/** The key of a record. */
export function keyOf(record: ResourceRecord): ResourceKey {
  return resourceKey(record.kind, record.metadata.namespace, record.metadata.name);
}

const SLASH = 47;

/** Whether a record has this key. Says the same as comparing with {@link keyOf}, without making a string. */
export function hasKey({ kind, metadata: { namespace, name } }: ResourceRecord, key: ResourceKey): boolean {
  const beforeName = kind.length + namespace.length + 1;
  return (
    key.length === beforeName + name.length + 1 &&
    key.endsWith(name) &&
    key.charCodeAt(beforeName) === SLASH &&
    key.charCodeAt(kind.length) === SLASH &&
    key.startsWith(namespace, kind.length + 1) &&
    key.startsWith(kind)
  );
}

/** The order of records by their keys (by code units, so that every machine agrees). */
export function byKey(left: ResourceRecord, right: ResourceRecord): number {
  const isNear = left.kind === right.kind && left.metadata.namespace === right.metadata.namespace;
  const isBefore = isNear ? left.metadata.name < right.metadata.name : keyOf(left) < keyOf(right);
  return isBefore ? -1 : 1;
}
