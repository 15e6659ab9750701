import { ClusterEmulator, kongDefinitions } from '@silverback/cluster-emulator';
import { type KongEmulator, startKongEmulator } from '@silverback/kong-emulator';
import { RunningSilverback } from './running-silverback.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** An emulated cluster and emulated proxies without TLS, for one test. */
export interface EmulatedCluster {
  readonly cluster: ClusterEmulator;
  readonly proxies: readonly KongEmulator[];
  readonly workspace: Workspace;
  /**
   * Starts a controller; it is stopped at the end, if the test has not done so.
   *
   * @param settings - added to those of the source, the fleet `edge` and health
   */
  run(settings?: Readonly<Record<string, unknown>>, args?: readonly string[]): RunningSilverback;
  /** Ends everything. */
  close(): Promise<void>;
}

/**
 * Sets up a cluster that serves Kong's kinds, with the namespaces `shop` and `silverback`.
 *
 * @param count - how many proxies
 */
export async function startEmulatedCluster(count: number): Promise<EmulatedCluster> {
  const cluster = new ClusterEmulator();
  cluster.objects.load(kongDefinitions());
  for (const name of ['shop', 'silverback']) {
    cluster.objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await cluster.start();
  const proxies = await Promise.all(
    Array.from({ length: count }, (_, index) => startKongEmulator({ name: `kong-${index}` })),
  );
  const workspace = makeWorkspace();
  workspace.write('kubeconfig', cluster.kubeconfig());
  const controllers: RunningSilverback[] = [];
  return {
    cluster,
    proxies,
    workspace,
    run: (settings = {}, args = []) => {
      const index = controllers.length;
      const base = {
        source: { kubernetes: { kubeconfig: 'kubeconfig' } },
        stateDirectory: `state-${index}`,
        health: { address: '127.0.0.1:0' },
        leaderElection: { leaseNamespace: 'silverback' },
        fleets: [
          {
            name: 'edge',
            insecure: true,
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
