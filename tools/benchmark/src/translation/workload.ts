import { projectResource, type ResourceRecord } from '@silverback/cluster-state';
import {
  application,
  consumer,
  hasOwnPlugin,
  hasTls,
  ownPlugin,
  sharedPlugin,
  tlsSecret,
  type ApplicationState,
  type KubernetesObject,
} from './objects.ts';

/** How much there is to translate. */
export interface WorkloadSize {
  readonly ingresses: number;
  /** Consumers, each with a key. */
  readonly consumers: number;
}

/** A certificate and its key as PEM. */
export interface CertificateWithKey {
  readonly certificate: string;
  readonly key: string;
}

/**
 * All resources of a workload. They are the same for the same size, but for the certificates.
 *
 * @param certificates - by `testCertificates`
 */
export function workload(
  { ingresses, consumers }: WorkloadSize,
  certificates: readonly CertificateWithKey[],
): ResourceRecord[] {
  const unused = certificates.values();
  const records: ResourceRecord[] = [];
  const add = (...objects: readonly KubernetesObject[]): void => {
    for (const object of objects) records.push(recordOf(object));
  };
  add(ingressClass(), sharedPlugin(0));
  for (let index = 0; index < ingresses; index += 1) {
    const { ingress, service, slice } = application(index);
    add(ingress, service, slice);
    if (hasOwnPlugin(index)) add(ownPlugin(index));
    if (hasTls(index)) add(secretOf(index, unused.next().value));
  }
  for (let index = 0; index < consumers; index += 1) add(...consumer(index));
  return records;
}

/** An Ingress of the workload in another state. */
export function changedIngress(index: number, state: ApplicationState): ResourceRecord {
  return recordOf(application(index, state).ingress);
}

/** An EndpointSlice of the workload in another state. */
export function changedSlice(index: number, state: ApplicationState): ResourceRecord {
  return recordOf(application(index, state).slice);
}

/** The plugin that a thousand routes share, in another version. */
export function changedPlugin(version: number): ResourceRecord {
  return recordOf(sharedPlugin(version));
}

/** A consumer with its key, as it appears. */
export function newConsumer(index: number): ResourceRecord[] {
  return consumer(index).map(recordOf);
}

function secretOf(index: number, made: CertificateWithKey | undefined): KubernetesObject {
  if (made === undefined) throw new Error('there are fewer certificates than applications with TLS');
  return tlsSecret(index, made.certificate, made.key);
}

function ingressClass(): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'kong' },
    spec: { controller: 'ingress-controllers.konghq.com/kong' },
  };
}

function recordOf(object: KubernetesObject): ResourceRecord {
  const projection = projectResource(object);
  if ('resource' in projection) return projection.resource;
  throw new Error(`not a resource of the benchmark: ${JSON.stringify(projection)}`);
}
