import { KONG_KINDS, type KongKind } from '@silverback/kong-resources';
import type { Kind, RecordByKind } from '../records.ts';
import { SliceCompactor } from './compact-slice.ts';
import { compacted } from './compacted.ts';
import { projectConfigMap } from './config-map.ts';
import { projectEndpointSlice } from './endpoint-slice.ts';
import { projectIngressClass } from './ingress-class.ts';
import { projectIngress } from './ingress.ts';
import { projectBody } from './body.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';
import { projectReferenceGrant } from './reference-grant.ts';
import { projectSecret } from './secret.ts';
import { projectService } from './service.ts';
import { projectTcpIngress, projectUdpIngress } from './stream-ingress.ts';

/** Where an API server serves a kind. */
export interface ResourceType {
  /** The versions that are read, as in `networking.k8s.io/v1`; the preferred one first. All are read alike. */
  readonly apiVersions: readonly [string, ...string[]];
  /** Its name in paths, as in `ingresses`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

interface KindDefinition<K extends Kind> extends ResourceType {
  readonly project: (object: ObjectReader) => Projected<RecordByKind[K]>;
  /** True where a single invalid field makes the object unusable. */
  readonly whole?: boolean;
  /** Makes the same record in less memory; only the metadata is made smaller where it is left out. */
  readonly compact?: (record: RecordByKind[K]) => RecordByKind[K];
  /** True where nobody says what became of such an object: its revision is not kept then. */
  readonly isOnlyRead?: boolean;
}

const slices = new SliceCompactor();

/** Where a kind of Kong is served, as its definition says. */
function served(kind: KongKind): ResourceType {
  const { group, version, plural, scope } = KONG_KINDS[kind];
  return { apiVersions: [`${group}/${version}`], plural, namespaced: scope === 'Namespaced' };
}

/** A kind that is kept whole. */
function kong(kind: KongKind): Omit<KindDefinition<'KongPlugin'>, 'compact'> {
  return { ...served(kind), project: projectBody, whole: true };
}

/** How each kind is read. */
export const KINDS: { readonly [K in Kind]: KindDefinition<K> } = {
  Ingress: {
    apiVersions: ['networking.k8s.io/v1'],
    plural: 'ingresses',
    namespaced: true,
    project: projectIngress,
    compact: compacted,
  },
  IngressClass: {
    apiVersions: ['networking.k8s.io/v1'],
    plural: 'ingressclasses',
    namespaced: false,
    project: projectIngressClass,
  },
  Service: {
    apiVersions: ['v1'],
    plural: 'services',
    namespaced: true,
    project: projectService,
    compact: compacted,
    isOnlyRead: true,
  },
  EndpointSlice: {
    apiVersions: ['discovery.k8s.io/v1'],
    plural: 'endpointslices',
    namespaced: true,
    project: projectEndpointSlice,
    compact: (record) => slices.compact(record),
    isOnlyRead: true,
  },
  Secret: { apiVersions: ['v1'], plural: 'secrets', namespaced: true, project: projectSecret },
  ConfigMap: { apiVersions: ['v1'], plural: 'configmaps', namespaced: true, project: projectConfigMap },
  ReferenceGrant: {
    apiVersions: ['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'],
    plural: 'referencegrants',
    namespaced: true,
    project: projectReferenceGrant,
  },
  KongPlugin: kong('KongPlugin'),
  KongClusterPlugin: kong('KongClusterPlugin'),
  KongConsumer: kong('KongConsumer'),
  KongConsumerGroup: kong('KongConsumerGroup'),
  KongUpstreamPolicy: kong('KongUpstreamPolicy'),
  KongIngress: kong('KongIngress'),
  KongVault: kong('KongVault'),
  KongLicense: kong('KongLicense'),
  KongCustomEntity: kong('KongCustomEntity'),
  KongServiceFacade: kong('KongServiceFacade'),
  IngressClassParameters: kong('IngressClassParameters'),
  TCPIngress: { ...served('TCPIngress'), project: projectTcpIngress },
  UDPIngress: { ...served('UDPIngress'), project: projectUdpIngress },
};

/** Where an API server serves each kind that Silverback reads. */
export const RESOURCE_TYPES: Readonly<Record<Kind, ResourceType>> = KINDS;

/** The kinds that Silverback reads, as people write them: `networking.k8s.io/v1 Ingress`. Sorted. */
export const SUPPORTED_KINDS: readonly string[] = Object.entries(KINDS)
  .flatMap(([kind, { apiVersions }]) => apiVersions.map((apiVersion) => `${apiVersion} ${kind}`))
  .sort();
