import { inOnePiece, type EndpointSliceRecord, type Kind, type RecordByKind } from './records.ts';
import {
  configMapsOfService,
  facadesOfIngress,
  namedInAnnotation,
  secretsOfConsumer,
  secretsOfPlugin,
  secretsOfService,
  secretsOfTls,
  serviceOfFacade,
  servicesOfIngress,
  servicesOfStreams,
} from './references.ts';

/** The kinds of objects that each index holds. */
export interface IndexedKind {
  /** EndpointSlices under `namespace/service`. */
  endpointSlicesByService: 'EndpointSlice';
  /** What sends requests, connections or datagrams to a Service, under `namespace/service`. */
  usersOfService: 'Ingress' | 'TCPIngress' | 'UDPIngress' | 'KongServiceFacade';
  /** Ingresses under `namespace/facade` for each KongServiceFacade that they send requests to. */
  ingressesByFacade: 'Ingress';
  /** What names a Secret in whatever role, under `namespace/secret`. */
  usersOfSecret:
    | 'Ingress'
    | 'TCPIngress'
    | 'Service'
    | 'KongServiceFacade'
    | 'KongConsumer'
    | 'KongPlugin'
    | 'KongClusterPlugin';
  /** Services and facades under `namespace/configmap` for each ConfigMap with CA certificates that they name. */
  usersOfConfigMap: 'Service' | 'KongServiceFacade';
  /** What carries the annotation `konghq.com/upstream-policy`, under `namespace/policy`. */
  usersOfUpstreamPolicy: 'Service' | 'KongServiceFacade';
  /** ReferenceGrants under their namespace: that of the objects that may be referred to. */
  grantsByNamespace: 'ReferenceGrant';
}

export type IndexName = keyof IndexedKind;

/** For each kind that an index holds: the keys under which a record stands. Repetitions and empty ones do no harm. */
type IndexDefinition<K extends Kind> = { readonly [L in K]: (record: RecordByKind[L]) => readonly string[] };

function serviceOfSlice(slice: EndpointSliceRecord): string[] {
  return slice.service === '' ? [] : [inOnePiece(slice.metadata.namespace, slice.service)];
}

const UPSTREAM_POLICY = 'konghq.com/upstream-policy';

/** Every index of the cluster state. */
export const INDEXES: { readonly [I in IndexName]: IndexDefinition<IndexedKind[I]> } = {
  endpointSlicesByService: { EndpointSlice: serviceOfSlice },
  usersOfService: {
    Ingress: servicesOfIngress,
    TCPIngress: servicesOfStreams,
    UDPIngress: servicesOfStreams,
    KongServiceFacade: serviceOfFacade,
  },
  ingressesByFacade: { Ingress: facadesOfIngress },
  usersOfSecret: {
    Ingress: secretsOfTls,
    TCPIngress: secretsOfTls,
    Service: secretsOfService,
    KongServiceFacade: secretsOfService,
    KongConsumer: secretsOfConsumer,
    KongPlugin: secretsOfPlugin,
    KongClusterPlugin: secretsOfPlugin,
  },
  usersOfConfigMap: { Service: configMapsOfService, KongServiceFacade: configMapsOfService },
  usersOfUpstreamPolicy: {
    Service: ({ metadata }) => namedInAnnotation(metadata, UPSTREAM_POLICY),
    KongServiceFacade: ({ metadata }) => namedInAnnotation(metadata, UPSTREAM_POLICY),
  },
  grantsByNamespace: { ReferenceGrant: ({ metadata }) => [metadata.namespace] },
};
