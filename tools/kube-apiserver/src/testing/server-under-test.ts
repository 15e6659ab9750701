import { ClusterEmulator } from '@silverback/cluster-emulator';
import { TestClient, TestCluster } from './cluster.ts';
import { install } from './definitions.ts';

/** An API server with our definitions and the namespace `shop`: a real one in the suite, else the emulated one. */
export interface ServerUnderTest {
  readonly client: TestClient;
  close(): Promise<void>;
}

/** Starts it. */
export async function serverUnderTest(): Promise<ServerUnderTest> {
  const server = await (process.env['SUITE'] === 'real' ? realServer() : emulatedServer());
  await install(server.client);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  await server.client.apply('/api/v1/namespaces/shop', namespace);
  return server;
}

async function realServer(): Promise<ServerUnderTest> {
  const cluster = await TestCluster.start();
  return { client: cluster.admin, close: () => cluster.close() };
}

async function emulatedServer(): Promise<ServerUnderTest> {
  const cluster = await new ClusterEmulator({ tls: false }).start();
  const headers = { authorization: `Bearer ${cluster.token}` };
  const client = new TestClient({ server: cluster.url, headers, tls: {} });
  return {
    client,
    close: async () => {
      await client.close();
      await cluster.close();
    },
  };
}
