import { ClusterEmulator, kongDefinitions, type KubernetesObject } from '@silverback/cluster-emulator';
import { type EmulatorOptions, type KongEmulator, startKongEmulator } from '@silverback/kong-emulator';
import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { RunningSilverback } from './running-silverback.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const SERVER_NAME = 'kong-admin.kong.svc';

/** An emulated cluster and emulated proxies, for one test. */
export interface EmulatedCluster {
  readonly cluster: ClusterEmulator;
  readonly proxies: readonly KongEmulator[];
  readonly workspace: Workspace;
  /** Makes certificates that the proxies accept; only with TLS. */
  readonly issueClient: TestPki['issueClient'];
  /**
   * Starts a controller; it is stopped at the end, if the test has not done so.
   *
   * @param settings - added to those of the source, the fleet `edge` and health
   * @param fleet - added to the settings of the fleet
   */
  run(
    settings?: Readonly<Record<string, unknown>>,
    args?: readonly string[],
    fleet?: { readonly adminApi?: object },
  ): RunningSilverback;
  /** Ends everything. */
  close(): Promise<void>;
}

/**
 * Sets up a cluster that serves Kong's kinds, with the namespaces `shop` and `silverback`.
 *
 * @param count - how many proxies
 * @param tls - with mutual TLS, whose client identity is in the Secret `silverback/admin-client`
 * @param optionsOf - how a proxy is, by its number
 */
export async function startEmulatedCluster(
  count: number,
  {
    tls = false,
    optionsOf = () => ({}),
  }: { readonly tls?: boolean; readonly optionsOf?: (index: number) => EmulatorOptions } = {},
): Promise<EmulatedCluster> {
  const cluster = new ClusterEmulator();
  cluster.objects.load(kongDefinitions());
  for (const name of ['shop', 'silverback']) {
    cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await cluster.start();
  const pki = tls ? await createTestPki({ serverNames: [SERVER_NAME] }) : undefined;
  const adminTls = pki && { ...pki.server, clientCa: pki.ca.certificate };
  const proxies = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      startKongEmulator({ name: `kong-${index}`, ...(adminTls && { adminTls }), ...optionsOf(index) }),
    ),
  );
  if (pki) cluster.objects.load([clientSecret(pki.ca.certificate, pki.client)]);
  const workspace = makeWorkspace();
  workspace.write('kubeconfig', cluster.kubeconfig());
  const controllers: RunningSilverback[] = [];
  return {
    cluster,
    proxies,
    workspace,
    issueClient: (...given) => {
      if (pki === undefined) throw new Error('the proxies speak no TLS');
      return pki.issueClient(...given);
    },
    run: (settings = {}, args = [], fleet = {}) => {
      const index = controllers.length;
      const base = {
        source: { kubernetes: { kubeconfig: 'kubeconfig' } },
        stateDirectory: `state-${index}`,
        health: { address: '127.0.0.1:0' },
        leaderElection: { leaseNamespace: 'silverback' },
        fleets: [
          {
            name: 'edge',
            insecure: pki === undefined,
            adminApi: {
              ...(pki && { secret: 'silverback/admin-client', tls: { serverName: SERVER_NAME } }),
              ...fleet.adminApi,
            },
            discovery: [{ static: { proxies: proxies.map((proxy) => proxy.adminUrl) } }],
          },
        ],
      };
      const file = workspace.write(`settings-${index}.yaml`, JSON.stringify({ ...base, ...settings }));
      const controller = new RunningSilverback(file, args);
      controllers.push(controller);
      return controller;
    },
    close: async () => {
      await Promise.all(controllers.map((controller) => controller.stop()));
      await cluster.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      workspace.close();
    },
  };
}

/** The Secret with which a fleet's Admin APIs are reached, as cert-manager would make it. */
export function clientSecret(
  ca: string,
  client: { readonly certificate: string; readonly key: string },
  more: Readonly<Record<string, string>> = {},
): KubernetesObject {
  const texts = { 'ca.crt': ca, 'tls.crt': client.certificate, 'tls.key': client.key, ...more };
  const entries = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'admin-client', namespace: 'silverback' },
    type: 'kubernetes.io/tls',
    data: Object.fromEntries(entries) as Record<string, string>,
  };
}
