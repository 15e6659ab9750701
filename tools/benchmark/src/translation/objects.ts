/** Kubernetes objects as an API server would give them. */
export type KubernetesObject = Readonly<Record<string, unknown>>;

/** How many routes ask for the one plugin that all of them share: the first ones, in a namespace of their own. */
export const PLUGIN_USERS = 1_000;

const NAMESPACES = 50;
const EPOCH = Date.UTC(2025, 0, 1);

/** One application: an Ingress with its Service, and an EndpointSlice with three endpoints. */
export interface Application {
  readonly ingress: KubernetesObject;
  readonly service: KubernetesObject;
  readonly slice: KubernetesObject;
}

/** What can differ between two states of an application. */
export interface ApplicationState {
  /** The path of its Ingress. */
  readonly path?: string;
  /** How many endpoints it has. */
  readonly endpoints?: number;
  /** The plugins that its Ingress asks for; those of the workload unless given. */
  readonly plugins?: string;
}

/** The namespace of an application. */
export function namespaceOf(index: number): string {
  return index < PLUGIN_USERS ? 'shared' : `team-${index % NAMESPACES}`;
}

/** The application with a number. A tenth have a plugin of their own, a twentieth TLS; the first thousand share a plugin. */
export function application(index: number, state: ApplicationState = {}): Application {
  const name = `app-${index}`;
  const host = `${name}.${namespaceOf(index)}.example`;
  const plugins = state.plugins ?? pluginsOf(index);
  const backend = { service: { name, port: { number: 80 } } };
  return {
    ingress: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: metadataOf(
        name,
        index,
        plugins === '' ? {} : { annotations: { 'konghq.com/plugins': plugins } },
      ),
      spec: {
        ingressClassName: 'kong',
        ...(hasTls(index) && { tls: [{ hosts: [host], secretName: `${name}-tls` }] }),
        rules: [{ host, http: { paths: [{ path: state.path ?? '/', pathType: 'Prefix', backend }] } }],
      },
    },
    service: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadataOf(name, index),
      spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] },
    },
    slice: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: metadataOf(`${name}-1`, index, { labels: { 'kubernetes.io/service-name': name } }),
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: Array.from({ length: state.endpoints ?? 3 }, (_, number) => ({
        addresses: [addressOf(index * 3 + number)],
        conditions: { ready: true },
      })),
    },
  };
}

/** Whether an application has TLS. */
export function hasTls(index: number): boolean {
  return index % 20 === 5;
}

/** The Secret with the certificate of an application. */
export function tlsSecret(index: number, certificate: string, key: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: metadataOf(`app-${index}-tls`, index),
    data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) },
  };
}

/** Whether an application has a plugin of its own. */
export function hasOwnPlugin(index: number): boolean {
  return index % 10 === 3;
}

/** The plugin of one application. */
export function ownPlugin(index: number): KubernetesObject {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: metadataOf(`app-${index}-limit`, index),
    plugin: 'rate-limiting',
    config: { minute: 100 + index, policy: 'local' },
  };
}

/** The plugin that many share, in its version with a number. */
export function sharedPlugin(version: number): KubernetesObject {
  return {
    apiVersion: 'configuration.konghq.com/v1',
    kind: 'KongPlugin',
    metadata: metadataOf('shared-headers', 0),
    plugin: 'response-transformer',
    config: { add: { headers: [`X-Served-By:silverback-${version}`] } },
  };
}

/** A consumer with a key. */
export function consumer(index: number): readonly KubernetesObject[] {
  const name = `consumer-${index}`;
  return [
    {
      apiVersion: 'configuration.konghq.com/v1',
      kind: 'KongConsumer',
      metadata: metadataOf(name, index, { annotations: { 'kubernetes.io/ingress.class': 'kong' } }),
      username: name,
      credentials: [`${name}-key`],
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'Opaque',
      metadata: metadataOf(`${name}-key`, index, { labels: { 'konghq.com/credential': 'key-auth' } }),
      data: { key: base64(`key-of-${name}`) },
    },
  ];
}

function pluginsOf(index: number): string {
  const plugins = [
    ...(index < PLUGIN_USERS ? ['shared-headers'] : []),
    ...(hasOwnPlugin(index) ? [`app-${index}-limit`] : []),
  ];
  return plugins.join(',');
}

function metadataOf(name: string, index: number, more: KubernetesObject = {}): KubernetesObject {
  return {
    name,
    namespace: namespaceOf(index),
    uid: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
    creationTimestamp: new Date(EPOCH + index * 1_000).toISOString().replace('.000Z', 'Z'),
    ...more,
  };
}

function addressOf(number: number): string {
  return `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
