import type { Kind, RecordByKind } from '../records.ts';
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
  /** True where a record holds nothing but what JSON can say: it is kept in less memory then. */
  readonly isPlain?: boolean;
}

const KONG = 'configuration.konghq.com';

/** A kind that is kept whole. */
function kong(version: string, plural: string, namespaced: boolean): KindDefinition<'KongPlugin'> {
  return { apiVersions: [`${KONG}/${version}`], plural, namespaced, project: projectBody, whole: true };
}

/** How each kind is read. */
export const KINDS: { readonly [K in Kind]: KindDefinition<K> } = {
  Ingress: {
    apiVersions: ['networking.k8s.io/v1'],
    plural: 'ingresses',
    namespaced: true,
    project: projectIngress,
    isPlain: true,
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
    isPlain: true,
  },
  EndpointSlice: {
    apiVersions: ['discovery.k8s.io/v1'],
    plural: 'endpointslices',
    namespaced: true,
    project: projectEndpointSlice,
    isPlain: true,
  },
  Secret: { apiVersions: ['v1'], plural: 'secrets', namespaced: true, project: projectSecret },
  ConfigMap: { apiVersions: ['v1'], plural: 'configmaps', namespaced: true, project: projectConfigMap },
  ReferenceGrant: {
    apiVersions: ['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'],
    plural: 'referencegrants',
    namespaced: true,
    project: projectReferenceGrant,
  },
  KongPlugin: kong('v1', 'kongplugins', true),
  KongClusterPlugin: kong('v1', 'kongclusterplugins', false),
  KongConsumer: kong('v1', 'kongconsumers', true),
  KongConsumerGroup: kong('v1beta1', 'kongconsumergroups', true),
  KongUpstreamPolicy: kong('v1beta1', 'kongupstreampolicies', true),
  KongIngress: kong('v1', 'kongingresses', true),
  KongVault: kong('v1alpha1', 'kongvaults', false),
  KongLicense: kong('v1alpha1', 'konglicenses', false),
  KongCustomEntity: kong('v1alpha1', 'kongcustomentities', true),
  KongServiceFacade: {
    ...kong('v1alpha1', 'kongservicefacades', true),
    apiVersions: ['incubator.ingress-controller.konghq.com/v1alpha1'],
  },
  IngressClassParameters: kong('v1alpha1', 'ingressclassparameterses', true),
  TCPIngress: {
    apiVersions: [`${KONG}/v1beta1`],
    plural: 'tcpingresses',
    namespaced: true,
    project: projectTcpIngress,
  },
  UDPIngress: {
    apiVersions: [`${KONG}/v1beta1`],
    plural: 'udpingresses',
    namespaced: true,
    project: projectUdpIngress,
  },
};

/** Where an API server serves each kind that Silverback reads. */
export const RESOURCE_TYPES: Readonly<Record<Kind, ResourceType>> = KINDS;

/** The kinds that Silverback reads, as people write them: `networking.k8s.io/v1 Ingress`. Sorted. */
export const SUPPORTED_KINDS: readonly string[] = Object.entries(KINDS)
  .flatMap(([kind, { apiVersions }]) => apiVersions.map((apiVersion) => `${apiVersion} ${kind}`))
  .sort();
