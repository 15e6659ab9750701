import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import type { TestObject } from './cluster.ts';

type Fields = Readonly<Record<string, unknown>>;

const backend = { serviceName: 'web', servicePort: 80 };

/** The least of each kind that an API server takes, without `apiVersion`, `kind` and `metadata`. */
const FIELDS: Readonly<Record<Kind, Fields>> = {
  Ingress: { spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
  IngressClass: { spec: { controller: 'ingress-controllers.konghq.com/kong' } },
  Service: { spec: { ports: [{ port: 80 }] } },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.0.1'] }], ports: [{ port: 80 }] },
  Secret: { type: 'Opaque', stringData: { key: 'k' } },
  ConfigMap: { data: { key: 'value' } },
  ReferenceGrant: {
    spec: { from: [{ group: 'g', kind: 'K', namespace: 'other' }], to: [{ group: '', kind: 'Secret' }] },
  },
  KongPlugin: { plugin: 'cors' },
  KongClusterPlugin: { plugin: 'cors' },
  KongConsumer: { username: 'ada' },
  KongConsumerGroup: {},
  KongUpstreamPolicy: { spec: { algorithm: 'least-connections' } },
  KongIngress: { proxy: { retries: 3 } },
  KongVault: { spec: { backend: 'env', prefix: 'env-one', config: { prefix: 'KONG_' } } },
  KongLicense: { rawLicenseString: '{}' },
  KongCustomEntity: {
    spec: { type: 'degraphql_routes', controllerName: 'kong', fields: { uri: '/me', query: '{ me }' } },
  },
  KongServiceFacade: { spec: { backendRef: { name: 'web', port: 80 } } },
  IngressClassParameters: { spec: { serviceUpstream: true } },
  TCPIngress: { spec: { rules: [{ port: 9000, backend }] } },
  UDPIngress: { spec: { rules: [{ port: 9001, backend }] } },
};

/** Labels with which a Secret or a ConfigMap matters although nothing names it. */
const LABELS: Readonly<Partial<Record<Kind, Readonly<Record<string, string>>>>> = {
  Secret: { 'konghq.com/credential': 'key-auth' },
  ConfigMap: { 'konghq.com/ca-cert': 'true' },
};

/** All kinds that Silverback reads. */
export const KINDS = Object.keys(FIELDS) as readonly Kind[];

/**
 * A valid object of a kind.
 *
 * @param version - the number of the served version, where there are several
 */
export function sampleOf(kind: Kind, name: string, namespace: string, version = 0): TestObject {
  const { apiVersions, namespaced } = RESOURCE_TYPES[kind];
  const labels = LABELS[kind];
  return {
    apiVersion: apiVersions[version] ?? apiVersions[0],
    kind,
    metadata: { name, ...(namespaced && { namespace }), ...(labels && { labels }) },
    ...FIELDS[kind],
  };
}

/** Where the objects of a kind are, in a namespace or, of cluster-wide kinds, in all. */
export function collectionOf(kind: Kind, namespace: string, apiVersion?: string): string {
  const { apiVersions, namespaced, plural } = RESOURCE_TYPES[kind];
  const version = apiVersion ?? apiVersions[0];
  const group = version.includes('/') ? `/apis/${version}` : `/api/${version}`;
  return `${group}${namespaced ? `/namespaces/${namespace}` : ''}/${plural}`;
}
