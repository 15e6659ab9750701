import { type KongEmulator, startKongEmulator } from '@silverback/kong-emulator';
import { createTestPki, type TestPki } from '@silverback/test-certificates';
import { RunningSilverback } from './running-silverback.ts';
import type { SpawnOptions } from './silverback.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

const SERVER_NAME = 'kong-admin.kong.svc';

/** Emulated proxies behind mutual TLS, manifests and settings, for one test. */
export interface EmulatedFleet {
  readonly proxies: readonly KongEmulator[];
  readonly workspace: Workspace;
  /** Makes certificates for servers. */
  readonly issueServer: TestPki['issueServer'];
  /** Makes certificates that the proxies accept. */
  readonly issueClient: TestPki['issueClient'];
  /** Starts a controller; it is stopped at the end, if the test has not done so. */
  run(args?: readonly string[], options?: SpawnOptions): RunningSilverback;
  /** Ends everything. */
  close(): Promise<void>;
}

/**
 * Sets up a fleet without manifests.
 *
 * @param count - how many proxies
 */
export async function startEmulatedFleet(count: number): Promise<EmulatedFleet> {
  const pki = await createTestPki({ serverNames: [SERVER_NAME] });
  const adminTls = { ...pki.server, clientCa: pki.ca.certificate };
  const proxies = await Promise.all(
    Array.from({ length: count }, (_, index) => startKongEmulator({ name: `kong-${index}`, adminTls })),
  );
  const workspace = makeWorkspace();
  workspace.write('ca.crt', pki.ca.certificate);
  workspace.write('tls.crt', pki.client.certificate);
  workspace.write('tls.key', pki.client.key);
  workspace.write('manifests/README', 'Manifests of a test.');
  const settings = workspace.write(
    'silverback.yaml',
    JSON.stringify({
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [
        {
          name: 'edge',
          discovery: [{ static: { proxies: proxies.map((proxy) => proxy.adminUrl) } }],
          adminApi: {
            tls: { caFile: 'ca.crt', certFile: 'tls.crt', keyFile: 'tls.key', serverName: SERVER_NAME },
          },
        },
      ],
    }),
  );
  const controllers: RunningSilverback[] = [];
  return {
    proxies,
    workspace,
    issueServer: pki.issueServer,
    issueClient: pki.issueClient,
    run: (args, options) => {
      const controller = new RunningSilverback(settings, args, options);
      controllers.push(controller);
      return controller;
    },
    close: async () => {
      await Promise.all(controllers.map((controller) => controller.stop()));
      await Promise.all(proxies.map((proxy) => proxy.close()));
      workspace.close();
    },
  };
}

/** The hash that all of these proxies hold; undefined where they differ or hold none. */
export function commonHash(proxies: readonly KongEmulator[]): string | undefined {
  const hashes = new Set(proxies.map((proxy) => proxy.configurationHash));
  const [hash] = hashes;
  return hashes.size === 1 && hash !== '0'.repeat(32) ? hash : undefined;
}
