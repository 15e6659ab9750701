import type { Metadata } from './record-of.ts';
import { inOnePiece } from './records.ts';
import type {
  IngressRecord,
  IngressTls,
  KongClusterPluginRecord,
  KongConsumerRecord,
  KongPluginRecord,
  KongServiceFacadeRecord,
  ServiceRecord,
  StreamRule,
  TcpIngressRecord,
  UdpIngressRecord,
} from './records.ts';

/*
 * What records name, as `namespace/name`. The bodies of Kong's kinds are unchecked here: a name that is not where it
 * belongs names nothing. Whether the whole is valid is for the translators to say.
 */

/** The objects that the comma list of an annotation names, in the namespace of the object. */
export function namedInAnnotation({ namespace, annotations }: Metadata, name: string): string[] {
  const names = (annotations[name] ?? '').split(',').map((item) => item.trim());
  return within(namespace, names);
}

/** The Services that an Ingress sends requests to. */
export function servicesOfIngress(ingress: IngressRecord): string[] {
  const names = ingress.rules.flatMap(({ paths }) => paths.map(({ backend }) => backend?.service ?? ''));
  return within(ingress.metadata.namespace, [ingress.defaultBackend?.service ?? '', ...names]);
}

/** The KongServiceFacades that an Ingress sends requests to. */
export function facadesOfIngress(ingress: IngressRecord): string[] {
  const resources = ingress.rules.flatMap(({ paths }) => paths.map(({ resource }) => resource));
  const facades = [ingress.defaultResource, ...resources].filter((r) => r?.kind === 'KongServiceFacade');
  return within(
    ingress.metadata.namespace,
    facades.map((facade) => facade?.name ?? ''),
  );
}

/** The Services that a TCPIngress or UDPIngress sends connections or datagrams to. */
export function servicesOfStreams({ metadata, rules }: TcpIngressRecord | UdpIngressRecord): string[] {
  return within(
    metadata.namespace,
    rules.map(({ backend }: StreamRule) => backend.service),
  );
}

/** The Service behind a facade. */
export function serviceOfFacade({ metadata, body }: KongServiceFacadeRecord): string[] {
  return within(metadata.namespace, [textAt(body, 'spec', 'backendRef', 'name')]);
}

/** The Secrets that TLS sections name. */
export function secretsOfTls({
  metadata,
  tls,
}: {
  metadata: Metadata;
  tls: readonly IngressTls[];
}): string[] {
  return within(
    metadata.namespace,
    tls.map(({ secretName }) => secretName),
  );
}

/** The Secrets with the certificate that a Service is shown, and with those that its own is held against. */
export function secretsOfService({ metadata }: ServiceRecord | KongServiceFacadeRecord): string[] {
  return [
    ...namedInAnnotation(metadata, 'konghq.com/client-cert'),
    ...namedInAnnotation(metadata, 'konghq.com/ca-certificates-secrets'),
  ];
}

/** The ConfigMaps with the CA certificates that the certificate of a Service is held against. */
export function configMapsOfService({ metadata }: ServiceRecord | KongServiceFacadeRecord): string[] {
  return namedInAnnotation(metadata, 'konghq.com/ca-certificates-configmaps');
}

/** The Secrets that hold the credentials of a consumer. */
export function secretsOfConsumer({ metadata, body }: KongConsumerRecord): string[] {
  return within(metadata.namespace, listAt(body, 'credentials'));
}

/** The Secrets from which a plugin takes its configuration or parts of it; a cluster-wide one names their namespaces. */
export function secretsOfPlugin({ metadata, body }: KongPluginRecord | KongClusterPluginRecord): string[] {
  const patches = listAt(body, 'configPatches').map((patch) => valueAt(patch, 'valueFrom'));
  const sources = [valueAt(body, 'configFrom'), ...patches].map((source) => valueAt(source, 'secretKeyRef'));
  return sources.flatMap((source) =>
    within(metadata.namespace || textAt(source, 'namespace'), [textAt(source, 'name')]),
  );
}

function within(namespace: string, names: readonly unknown[]): string[] {
  const given = names.filter((name) => typeof name === 'string' && name !== '') as string[];
  return given.map((name) => inOnePiece(namespace, name));
}

function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce(valueAt, value);
  return typeof found === 'string' ? found : '';
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = valueAt(value, key);
  return Array.isArray(found) ? found : [];
}

function valueAt(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
