import type {
  EndpointSliceRecord,
  IngressRecord,
  Metadata,
  SecretRecord,
  ServiceRecord,
} from '../records.ts';

function metadata(name: string, namespace = 'shop'): Metadata {
  return { namespace, name, uid: '', creationTimestamp: '', annotations: {}, labels: {} };
}

/** An Ingress with one rule whose paths go to the given Services, and one TLS entry for each Secret. */
export function ingress(
  name: string,
  services: readonly string[],
  secrets: readonly string[] = [],
): IngressRecord {
  return {
    kind: 'Ingress',
    metadata: metadata(name),
    invalidFields: [],
    rules: [
      {
        host: '',
        paths: services.map((service, index) => ({
          path: `/${service}`,
          pathType: 'Prefix',
          backend: { service, port: { number: 80 } },
          field: `spec.rules[0].http.paths[${index}]`,
        })),
      },
    ],
    tls: secrets.map((secretName, index) => ({ hosts: [], secretName, field: `spec.tls[${index}]` })),
  };
}

export function service(name: string, port = 80): ServiceRecord {
  return {
    kind: 'Service',
    metadata: metadata(name),
    invalidFields: [],
    type: 'ClusterIP',
    ports: [{ name: '', port, protocol: 'TCP' }],
  };
}

export function secret(name: string, data: Record<string, string> = {}): SecretRecord {
  return { kind: 'Secret', metadata: metadata(name), invalidFields: [], type: 'Opaque', data };
}

export function endpointSlice(name: string, serviceName: string, address: string): EndpointSliceRecord {
  return {
    kind: 'EndpointSlice',
    metadata: metadata(name),
    invalidFields: [],
    addressType: 'IPv4',
    service: serviceName,
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [{ address, ready: true, terminating: false, serving: true }],
  };
}
