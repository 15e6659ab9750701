import type { IngressTls, ServiceBackend } from './kubernetes-records.ts';
import type { RecordOf } from './record-of.ts';

/** A kind of Kong's own, kept whole, because package kong-resources knows its fields. */
interface KongRecord<K extends string> extends RecordOf<K> {
  /** The object without `metadata`, `apiVersion`, `kind` and `status`. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** configuration.konghq.com/v1 KongPlugin. */
export type KongPluginRecord = KongRecord<'KongPlugin'>;

/** configuration.konghq.com/v1 KongClusterPlugin, cluster-scoped. */
export type KongClusterPluginRecord = KongRecord<'KongClusterPlugin'>;

/** configuration.konghq.com/v1 KongConsumer. */
export type KongConsumerRecord = KongRecord<'KongConsumer'>;

/** configuration.konghq.com/v1beta1 KongConsumerGroup. */
export type KongConsumerGroupRecord = KongRecord<'KongConsumerGroup'>;

/** configuration.konghq.com/v1beta1 KongUpstreamPolicy. */
export type KongUpstreamPolicyRecord = KongRecord<'KongUpstreamPolicy'>;

/** configuration.konghq.com/v1 KongIngress. */
export type KongIngressRecord = KongRecord<'KongIngress'>;

/** configuration.konghq.com/v1alpha1 KongVault, cluster-scoped. */
export type KongVaultRecord = KongRecord<'KongVault'>;

/** configuration.konghq.com/v1alpha1 KongLicense, cluster-scoped. */
export type KongLicenseRecord = KongRecord<'KongLicense'>;

/** configuration.konghq.com/v1alpha1 KongCustomEntity. */
export type KongCustomEntityRecord = KongRecord<'KongCustomEntity'>;

/** incubator.ingress-controller.konghq.com/v1alpha1 KongServiceFacade. */
export type KongServiceFacadeRecord = KongRecord<'KongServiceFacade'>;

/** configuration.konghq.com/v1alpha1 IngressClassParameters. */
export type IngressClassParametersRecord = KongRecord<'IngressClassParameters'>;

/** A port of the proxy and the Service that its connections or datagrams go to. */
export interface StreamRule {
  /** The name that a client asks for in TLS; empty for any, and for UDP. */
  readonly host: string;
  readonly port: number;
  readonly backend: ServiceBackend;
  /** As in `spec.rules[0]`. */
  readonly field: string;
}

/** configuration.konghq.com/v1beta1 TCPIngress. */
export interface TcpIngressRecord extends RecordOf<'TCPIngress'> {
  readonly rules: readonly StreamRule[];
  readonly tls: readonly IngressTls[];
}

/** configuration.konghq.com/v1beta1 UDPIngress. */
export interface UdpIngressRecord extends RecordOf<'UDPIngress'> {
  readonly rules: readonly StreamRule[];
}
