import type { ServicePort } from '@silverback/cluster-state';
import type { ServiceUse } from './service-uses.ts';

/** The protocols that a Kong service can have. */
export const PROTOCOLS: ReadonlySet<string> = new Set([
  'http',
  'https',
  'grpc',
  'grpcs',
  'ws',
  'wss',
  'tls',
  'tcp',
  'tls_passthrough',
]);

/** What Kubernetes and its users call protocols of ports, and how Kong talks to them. */
const BY_APP_PROTOCOL: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['grpc', 'grpc'],
  ['grpcs', 'grpcs'],
  ['kubernetes.io/h2c', 'grpc'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
]);

/** The protocol of a stream with as much protection as the one that is asked for. */
const AS_STREAM: Readonly<Record<string, string>> = {
  tls: 'tls',
  https: 'tls',
  grpcs: 'tls',
  wss: 'tls',
  tls_passthrough: 'tls_passthrough',
};

/**
 * The protocol that Kong uses towards the endpoints.
 *
 * @param wanted - what the annotation says; undefined without one
 * @param port - undefined where the Service lacks the port
 */
export function serviceProtocol(
  kind: ServiceUse['kind'],
  wanted: string | undefined,
  port: ServicePort | undefined,
): string {
  if (kind === 'udp') return 'udp';
  if (kind === 'tcp') return AS_STREAM[wanted ?? ''] ?? 'tcp';
  return wanted ?? BY_APP_PROTOCOL.get(port?.appProtocol ?? '') ?? 'http';
}

/** Whether a Kong service of this protocol can have a path. */
export function takesPath(protocol: string): boolean {
  return ['http', 'https', 'ws', 'wss'].includes(protocol);
}

/** Whether Kong takes a client certificate and CA certificates for this protocol. */
export function takesTlsSettings(protocol: string): boolean {
  return ['https', 'wss', 'tls'].includes(protocol);
}
