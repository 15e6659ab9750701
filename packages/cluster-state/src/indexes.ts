import type { EndpointSliceRecord, IngressRecord, Kind, RecordByKind } from './records.ts';

/** The kind of object that each index holds. */
export interface IndexedKind {
  /** EndpointSlices under `namespace/service`. */
  endpointSlicesByService: 'EndpointSlice';
  /** Ingresses under `namespace/service` for each Service that they send requests to. */
  ingressesByService: 'Ingress';
  /** Ingresses under `namespace/secret` for each Secret that their TLS sections name. */
  ingressesBySecret: 'Ingress';
}

export type IndexName = keyof IndexedKind;

interface IndexDefinition<K extends Kind> {
  readonly kind: K;
  /** The keys under which a record stands, without repetitions. */
  readonly keysOf: (record: RecordByKind[K]) => readonly string[];
}

function servicesOfIngress(ingress: IngressRecord): string[] {
  const names = new Set<string>();
  if (ingress.defaultBackend) names.add(ingress.defaultBackend.service);
  for (const rule of ingress.rules) {
    for (const path of rule.paths) if (path.backend) names.add(path.backend.service);
  }
  return [...names].map((name) => `${ingress.metadata.namespace}/${name}`);
}

function secretsOfIngress(ingress: IngressRecord): string[] {
  const names = new Set(ingress.tls.map((tls) => tls.secretName).filter((name) => name !== ''));
  return [...names].map((name) => `${ingress.metadata.namespace}/${name}`);
}

function serviceOfSlice(slice: EndpointSliceRecord): string[] {
  return slice.service === '' ? [] : [`${slice.metadata.namespace}/${slice.service}`];
}

/** Every index of the cluster state. */
export const INDEXES: { readonly [I in IndexName]: IndexDefinition<IndexedKind[I]> } = {
  endpointSlicesByService: { kind: 'EndpointSlice', keysOf: serviceOfSlice },
  ingressesByService: { kind: 'Ingress', keysOf: servicesOfIngress },
  ingressesBySecret: { kind: 'Ingress', keysOf: secretsOfIngress },
};
