import type { RecordOf } from './record-of.ts';

/** A port by number or by name. Neither is given where the object leaves it open. */
export interface BackendPort {
  readonly number?: number;
  readonly name?: string;
}

/** A Service that a rule sends requests to. */
export interface ServiceBackend {
  readonly service: string;
  readonly port: BackendPort;
}

/** An object of another kind than Service that an Ingress sends requests to, of the Ingress' namespace. */
export interface ResourceBackend {
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

export interface IngressPath {
  /** Empty where the manifest gives none. */
  readonly path: string;
  readonly pathType: PathType;
  /** Absent where the backend is not a Service. A path with an invalid backend is left out. */
  readonly backend?: ServiceBackend;
  /** Present where the backend is not a Service. */
  readonly resource?: ResourceBackend;
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
  /** The default backend where it is not a Service. */
  readonly defaultResource?: ResourceBackend;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
}

/** networking.k8s.io/v1 IngressClass. */
export interface IngressClassRecord extends RecordOf<'IngressClass'> {
  readonly controller: string;
  readonly parameters?: ClassParameters;
}

/** The object that holds the settings of an IngressClass. */
export interface ClassParameters {
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
  /** Empty for a cluster-scoped object. */
  readonly namespace: string;
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
  /** The first one: several are interchangeable, and consumers use the first (Kubernetes' own words for them). */
  readonly address?: string;
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

/** What may hold a CA certificate. */
interface PerhapsAuthority {
  /**
   * The CA certificate in it has expired. No manifest says so: whoever takes records over from a source looks at the
   * clock, because nothing that is made of records may.
   */
  readonly hasExpired?: true;
}

/** v1 Secret. Values are decoded from base64, as UTF-8 text. */
export interface SecretRecord extends RecordOf<'Secret'>, PerhapsAuthority {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** v1 ConfigMap. Binary values are left out. */
export interface ConfigMapRecord extends RecordOf<'ConfigMap'>, PerhapsAuthority {
  readonly data: Readonly<Record<string, string>>;
}

/** Who may refer. */
export interface GrantFrom {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** What may be referred to, in the namespace of the grant. */
export interface GrantTo {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Absent for all objects of the kind. */
  readonly name?: string;
}

/** gateway.networking.k8s.io ReferenceGrant: lets objects of other namespaces refer to objects of its own. */
export interface ReferenceGrantRecord extends RecordOf<'ReferenceGrant'> {
  readonly from: readonly GrantFrom[];
  readonly to: readonly GrantTo[];
}
