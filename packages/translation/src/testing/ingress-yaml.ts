/** What the manifest of an Ingress says, apart from its name and class. */
export interface IngressText {
  readonly name?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Without a host where left out. */
  readonly host?: string;
  /** Path → backend as `service:port`; the port is a number or a name, or left out. */
  readonly paths?: Readonly<Record<string, string>>;
  readonly defaultBackend?: string;
  /** Secret → hosts. */
  readonly tls?: Readonly<Record<string, readonly string[]>>;
}

function backendOf(text: string): object {
  const [name, port] = text.split(':');
  if (port === undefined) return { service: { name } };
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

/** The manifest of an Ingress in namespace `shop`, of class `kong`, with paths of type Prefix. */
export function ingressYaml(text: IngressText): string {
  const { name = 'web', annotations = {}, host, paths = {}, defaultBackend, tls = {} } = text;
  const http = {
    paths: Object.entries(paths).map(([path, backend]) => ({
      path,
      pathType: 'Prefix',
      backend: backendOf(backend),
    })),
  };
  return JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', annotations },
    spec: {
      ingressClassName: 'kong',
      rules: [{ ...(host === undefined ? {} : { host }), http }],
      ...(defaultBackend === undefined ? {} : { defaultBackend: backendOf(defaultBackend) }),
      tls: Object.entries(tls).map(([secretName, hosts]) => ({ secretName, hosts })),
    },
  });
}

/** Manifests as documents of one YAML text. */
export function documents(...manifests: readonly string[]): string {
  return manifests.join('\n---\n');
}

/** The manifest of a Service in namespace `shop`. */
export function serviceYaml(
  name: string,
  spec: object,
  annotations: Readonly<Record<string, string>> = {},
): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'shop', annotations },
    spec,
  });
}
