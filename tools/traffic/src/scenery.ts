import { type EchoBackend, startEchoBackend } from '@silverback/kong-emulator';
import { type KeyPair, createTestCa } from '@silverback/test-certificates';

/** What the placeholders in manifests stand for: backends that are there, and certificates made for the occasion. */
export interface Scenery {
  /** The manifests with all placeholders filled in, and with Services that lead to the backends. */
  furnish(manifests: readonly unknown[]): Promise<object[]>;
  close(): Promise<void>;
}

const NAMESPACE = 'shop';
const BACKENDS = ['a', 'b', 'c'];
const PLACEHOLDER = /\$\{(\w+)(?: ([^}]*))?\}/g;

/**
 * Starts the backends `a`, `b` and `c`. Placeholders: `${address}` and `${port a}` of a backend, `${certificate NAMES}`
 * and `${key NAMES}` with the names separated by commas, `${authority}` for the certificate of the CA that issued them.
 *
 * @param address - on which the backends listen and under which the proxy reaches them
 */
export async function startScenery(address: string): Promise<Scenery> {
  const backends = new Map<string, EchoBackend>();
  for (const name of BACKENDS) backends.set(name, await startEchoBackend({ name, host: address }));
  const ca = await createTestCa('Traffic CA');
  const pairs = new Map<string, Promise<KeyPair>>();
  const pairFor = (names: string): Promise<KeyPair> => {
    const pair = pairs.get(names) ?? ca.issueServer(names.split(','));
    pairs.set(names, pair);
    return pair;
  };
  const portOf = (name: string): number => {
    const backend = backends.get(name);
    if (backend === undefined) throw new Error(`there is no backend ${name}`);
    return backend.port;
  };
  const valueOf = async (kind: string, argument: string): Promise<string | number> => {
    if (kind === 'address') return address;
    if (kind === 'port') return portOf(argument);
    if (kind === 'authority') return ca.certificate;
    if (kind === 'certificate') return (await pairFor(argument)).certificate;
    if (kind === 'key') return (await pairFor(argument)).key;
    throw new Error(`unknown placeholder ${kind}`);
  };
  const filled = async (value: unknown): Promise<unknown> => {
    if (typeof value === 'string') return fillText(value, valueOf);
    if (Array.isArray(value)) return Promise.all(value.map(filled));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await filled(inner)] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  return {
    furnish: async (manifests) => {
      const standard = standardServices(manifests as ManifestObject[]);
      return (await filled([...standard, ...manifests])) as object[];
    },
    close: async () => {
      await Promise.all([...backends.values()].map((backend) => backend.close()));
    },
  };
}

/** A text that is one placeholder becomes its value, so that a port is a number. */
async function fillText(
  text: string,
  valueOf: (kind: string, argument: string) => Promise<string | number>,
): Promise<string | number> {
  const found = [...text.matchAll(PLACEHOLDER)];
  const values = await Promise.all(found.map(([, kind = '', argument = '']) => valueOf(kind, argument)));
  const [first] = values;
  if (first !== undefined && found[0]?.[0] === text) return first;
  return text.replace(PLACEHOLDER, () => String(values.shift()));
}

interface ManifestObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** A Service and an EndpointSlice for each backend, unless the manifests have a Service of this name themselves. */
function standardServices(manifests: readonly ManifestObject[]): object[] {
  const own = manifests.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
  return BACKENDS.filter((name) => !own.includes(name)).flatMap((name) => [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: NAMESPACE },
      spec: { ports: [{ name: 'http', port: 80 }] },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: `\${port ${name}}` }],
      endpoints: [{ addresses: ['${address}'] }],
    },
  ]);
}
