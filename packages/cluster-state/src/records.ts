import type { FileLocation } from '@silverback/errors';

/** What Silverback keeps of an object's metadata. Strings that are not known are empty. */
export interface Metadata {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** Empty where the source knows none, as for most manifests in a directory. */
  readonly uid: string;
  /** RFC 3339 in UTC; empty where the source knows none. */
  readonly creationTimestamp: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A field that could not be taken as it stands; the part that it belongs to is left out of the record. */
export interface InvalidField {
  /** As in `spec.rules[0].http.paths[1].pathType`. */
  readonly field: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

interface RecordOf<K extends string> {
  readonly kind: K;
  readonly metadata: Metadata;
  /** Where the object stands, if it comes from a file. */
  readonly location?: FileLocation;
  readonly invalidFields: readonly InvalidField[];
}

/** A port by number or by name. Neither is given where the object leaves it open. */
export interface BackendPort {
  readonly number?: number;
  readonly name?: string;
}

/** A Service that an Ingress sends requests to. */
export interface ServiceBackend {
  readonly service: string;
  readonly port: BackendPort;
}

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

export interface IngressPath {
  /** Empty where the manifest gives none. */
  readonly path: string;
  readonly pathType: PathType;
  /** Absent where the backend is not a Service (`resource`). A path with an invalid backend is left out. */
  readonly backend?: ServiceBackend;
  /** Path of this entry in the object, as in `spec.rules[0].http.paths[1]`. */
  readonly field: string;
}

export interface IngressRule {
  /** Empty for every host. */
  readonly host: string;
  readonly paths: readonly IngressPath[];
}

export interface IngressTls {
  readonly hosts: readonly string[];
  /** Empty where the manifest gives none. */
  readonly secretName: string;
  /** As in `spec.tls[0]`. */
  readonly field: string;
}

/** networking.k8s.io/v1 Ingress. */
export interface IngressRecord extends RecordOf<'Ingress'> {
  readonly ingressClassName?: string;
  readonly defaultBackend?: ServiceBackend;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
}

/** networking.k8s.io/v1 IngressClass. */
export interface IngressClassRecord extends RecordOf<'IngressClass'> {
  readonly controller: string;
}

export interface ServicePort {
  /** Empty where the Service has one unnamed port. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
}

/** v1 Service. */
export interface ServiceRecord extends RecordOf<'Service'> {
  readonly type: string;
  readonly externalName?: string;
  readonly ports: readonly ServicePort[];
  /** In the order of preference; left out where the Service names none. */
  readonly ipFamilies?: readonly IpFamily[];
}

export type IpFamily = 'IPv4' | 'IPv6';

/** The Pod behind an endpoint. */
export interface TargetPod {
  readonly name: string;
  /** Empty where the slice gives none. */
  readonly uid: string;
}

export interface SliceEndpoint {
  /** Interchangeable: consumers use the first (Kubernetes' own words for them). */
  readonly addresses: readonly string[];
  /** Kubernetes reads a missing `ready` as true. */
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly serving: boolean;
  /** Absent where no Pod stands behind the endpoint, as for machines outside the cluster. */
  readonly pod?: TargetPod;
}

export interface SlicePort {
  /** Empty for an unnamed port. */
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** discovery.k8s.io/v1 EndpointSlice. */
export interface EndpointSliceRecord extends RecordOf<'EndpointSlice'> {
  readonly addressType: string;
  /** The Service that the label `kubernetes.io/service-name` names; empty without the label. */
  readonly service: string;
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** v1 Secret. Values are decoded from base64, as UTF-8 text. */
export interface SecretRecord extends RecordOf<'Secret'> {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** configuration.konghq.com/v1 KongPlugin: kept whole, because package kong-resources knows its fields. */
export interface KongPluginRecord extends RecordOf<'KongPlugin'> {
  /** The object without `metadata`, `apiVersion`, `kind` and `status`. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** The kinds that Silverback reads, and their records. */
export interface RecordByKind {
  Ingress: IngressRecord;
  IngressClass: IngressClassRecord;
  Service: ServiceRecord;
  EndpointSlice: EndpointSliceRecord;
  Secret: SecretRecord;
  KongPlugin: KongPluginRecord;
}

export type Kind = keyof RecordByKind;
export type ResourceRecord = RecordByKind[Kind];

/** Names one object in the cluster state: `Kind/namespace/name`. */
export type ResourceKey = string;

/** The key of an object; `namespace` is empty for cluster-scoped kinds. */
export function resourceKey(kind: Kind, namespace: string, name: string): ResourceKey {
  return `${kind}/${namespace}/${name}`;
}

/** The key of a record. */
export function keyOf(record: ResourceRecord): ResourceKey {
  return resourceKey(record.kind, record.metadata.namespace, record.metadata.name);
}
