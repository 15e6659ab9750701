import { createTestPki } from '@silverback/test-certificates';
import {
  application,
  hasTls,
  namespaceOf,
  tlsSecret,
  type KubernetesObject,
} from '../translation/objects.ts';

/** How much there is in a cluster: so many Ingresses, as many Services, and the rest in proportion. */
export interface ClusterSize {
  readonly ingresses: number;
  /** EndpointSlices of each Service. */
  readonly slices: number;
  /** Addresses in each EndpointSlice. */
  readonly endpoints: number;
}

/** The address that the status of Ingresses shows. */
export const PUBLISHED_ADDRESS = '203.0.113.10';

/** The name and host of the Ingress whose path counts events. */
export const MARKER = 'marker';

/** How a path begins that counts events; a number of {@link MARKER_DIGITS} follows. */
export const MARKER_PREFIX = '/seen-';
export const MARKER_DIGITS = 8;

type Fields = Record<string, unknown>;

/**
 * All objects of a cluster, with everything around them that an API server adds: managers of fields, UIDs, owners and
 * Pods of endpoints. A twentieth of the Ingresses have TLS, and there are as many Secrets again that nothing names.
 *
 * @param hasStatus - whether the Ingresses show their address already
 */
export async function* clusterObjects(
  size: ClusterSize,
  hasStatus: boolean,
): AsyncGenerator<KubernetesObject> {
  yield ingressClass();
  yield marker(0, hasStatus);
  for (let index = 0; index < size.ingresses; index += 1) {
    const { ingress, service } = application(index, { plugins: '' });
    yield published(managed(ingress, 'kubectl-client-side-apply'), hasStatus);
    yield managed(withClusterAddress(service, index), 'kubectl-client-side-apply');
    for (let number = 0; number < size.slices; number += 1)
      yield endpointSlice(index, number, size.endpoints, 0);
    if (hasTls(index)) yield* secretsOf(index);
  }
}

async function* secretsOf(index: number): AsyncGenerator<KubernetesObject> {
  const { server } = await createTestPki({ serverNames: [`app-${index}.example`] });
  yield managed(tlsSecret(index, server.certificate, server.key), 'kubectl-client-side-apply');
  yield managed(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: { name: `app-${index}-database`, namespace: namespaceOf(index) },
      data: {
        password: Buffer.from(`password of ${index}, which is none of Kong's business`).toString('base64'),
      },
    },
    'kubectl-client-side-apply',
  );
}

/**
 * An EndpointSlice as the controller of Kubernetes makes it.
 *
 * @param round - another number gives its endpoints other addresses
 */
export function endpointSlice(
  index: number,
  number: number,
  endpoints: number,
  round: number,
): KubernetesObject {
  const service = `app-${index}`;
  const name = `${service}-${number}`;
  return managed(
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name,
        generateName: `${service}-`,
        namespace: namespaceOf(index),
        labels: {
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          'kubernetes.io/service-name': service,
        },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-01T08:30:00Z' },
        ownerReferences: [
          {
            apiVersion: 'v1',
            kind: 'Service',
            name: service,
            uid: uidOf(1, index),
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: Array.from({ length: endpoints }, (_, position) => {
        const pod = (index * 16 + number) * endpoints + position;
        return {
          addresses: [podAddress(pod, round)],
          conditions: { ready: true, serving: true, terminating: false },
          nodeName: `node-${pod % 200}`,
          zone: `zone-${pod % 3}`,
          targetRef: {
            kind: 'Pod',
            namespace: namespaceOf(index),
            name: `${service}-7d9c6b5f4-${pod.toString(36).padStart(5, '0')}`,
            uid: uidOf(2, pod),
          },
        };
      }),
    },
    'kube-controller-manager',
  );
}

/** The Ingress of an application with another path. */
export function changedIngress(index: number, round: number): KubernetesObject {
  const { ingress } = application(index, { plugins: '', path: `/round-${round}` });
  return published(managed(ingress, 'kubectl-client-side-apply'), true);
}

/** The Ingress whose path says how many events there were. */
export function marker(count: number, hasStatus: boolean): KubernetesObject {
  const path = `${MARKER_PREFIX}${String(count).padStart(MARKER_DIGITS, '0')}`;
  const { ingress } = application(0, { plugins: '', path });
  const { spec } = ingress as { readonly spec: Fields };
  const [rule] = spec['rules'] as Fields[];
  const object = {
    ...ingress,
    metadata: { name: MARKER, namespace: namespaceOf(0) },
    spec: { ...spec, rules: [{ ...rule, host: `${MARKER}.example` }] },
  };
  return published(managed(object, 'kubectl-client-side-apply'), hasStatus);
}

function ingressClass(): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'kong' },
    spec: { controller: 'ingress-controllers.konghq.com/kong' },
  };
}

function withClusterAddress(service: KubernetesObject, index: number): KubernetesObject {
  const address = `10.${96 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  const { spec } = service as { readonly spec: Fields };
  return {
    ...service,
    spec: {
      ...spec,
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      internalTrafficPolicy: 'Cluster',
      selector: { app: `app-${index}` },
      sessionAffinity: 'None',
    },
    status: { loadBalancer: {} },
  };
}

function published(ingress: KubernetesObject, hasStatus: boolean): KubernetesObject {
  return { ...ingress, status: { loadBalancer: hasStatus ? { ingress: [{ ip: PUBLISHED_ADDRESS }] } : {} } };
}

/** Adds who manages which fields: on a real API server that is a large part of each object. */
function managed(object: KubernetesObject, manager: string): KubernetesObject {
  const { apiVersion, kind, metadata, ...rest } = object as { readonly metadata: Fields } & Fields;
  const entry = {
    manager,
    operation: 'Update',
    apiVersion,
    time: '2026-11-01T08:30:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:metadata': fieldsOf({ labels: {}, ...metadata }, 2), ...fieldsOf(rest, 4) },
  };
  return { apiVersion, kind, metadata: { ...metadata, managedFields: [entry] }, ...rest };
}

/** The names of the fields of an object in the form of `FieldsV1`, down to some depth; lists count as one field. */
function fieldsOf(object: Fields, depth: number): Fields {
  const entries = Object.entries(object).map(([name, value]) => {
    const isInner = typeof value === 'object' && value !== null && !Array.isArray(value) && depth > 1;
    return [`f:${name}`, isInner ? { '.': {}, ...fieldsOf(value as Fields, depth - 1) } : {}] as const;
  });
  return Object.fromEntries(entries);
}

function uidOf(kind: number, index: number): string {
  return `00000000-0000-4000-${(0x8000 + kind).toString(16)}-${index.toString(16).padStart(12, '0')}`;
}

function podAddress(pod: number, round: number): string {
  const number = pod + round * 1_000_003;
  return `10.${(number >> 16) & 63}.${(number >> 8) & 255}.${number & 255}`;
}
