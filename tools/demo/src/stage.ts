import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceSource } from './arguments.ts';
import { startBackend } from './backend.ts';
import type { ChildGroup } from './child-group.ts';
import { pathOf } from './child.ts';
import { Controller } from './controller.ts';
import { EmulatedCluster } from './emulated-cluster.ts';
import { EmulatedProxy } from './emulated-proxy.ts';
import type { Layout } from './layout.ts';
import { copyManifests } from './manifests.ts';
import { writePki } from './pki.ts';
import { EXAMPLE_BACKEND_PORTS, type DemoPorts } from './ports.ts';
import { settingsFile } from './settings-file.ts';

/** Everything that a demo runs. */
export interface Stage {
  readonly layout: Layout;
  readonly proxies: readonly EmulatedProxy[];
  readonly controller: Controller;
  /** The emulated cluster that the resources are in; undefined where the controller reads the folder. */
  readonly cluster: EmulatedCluster | undefined;
  /** PEM of the shop's certificate. */
  readonly shopCertificate: string;
}

/** The repository's root, from which the demo takes the example and the controller. */
export const REPOSITORY = pathOf(new URL('../../../../', import.meta.url));

/**
 * Starts backends, emulated proxies and, last, the controller.
 *
 * @param group - owns the processes; also when this throws, ending it ends all that were started
 * @param layout - an empty working directory
 * @param source - where the controller takes its resources from
 */
export async function raiseStage(
  group: ChildGroup,
  layout: Layout,
  ports: DemoPorts,
  source: ResourceSource,
): Promise<Stage> {
  const pki = await writePki(layout.pki);
  const logFile = (name: string): string => join(layout.logs, `${name}.log`);
  const [backends, proxies] = await Promise.all([
    Promise.all(
      ports.backends.map((port, index) => {
        const name = `backend-${index + 1}`;
        return startBackend(group, name, port, logFile(name));
      }),
    ),
    Promise.all(
      ports.proxies.map((proxy) =>
        EmulatedProxy.start(group, proxy.name, proxy.ports, pki.proxy, logFile(`proxy-${proxy.name}`)),
      ),
    ),
  ]);
  const realPorts = new Map(
    EXAMPLE_BACKEND_PORTS.map((port, index) => [port, backends[index]?.port ?? port]),
  );
  copyManifests(join(REPOSITORY, 'examples', 'shop'), layout.manifests, realPorts);
  const shopCertificate = certificateOf(
    readFileSync(join(layout.manifests, 'shop-certificate.yaml'), 'utf8'),
  );
  writeFileSync(layout.shopCertificate, shopCertificate);
  const cluster =
    source === 'cluster'
      ? await EmulatedCluster.start(group, ports.cluster, layout.kubeconfig, logFile('cluster'))
      : undefined;
  await cluster?.applyFolder(layout.manifests);
  const adminUrls = proxies.map((proxy) => proxy.adminUrl);
  const settings = settingsFile({ layout, adminUrls, ...pki.controller, healthPort: ports.health, source });
  writeFileSync(layout.settingsFile, settings, { mode: 0o600 });
  const controller = new Controller(group, {
    script: join(REPOSITORY, 'apps', 'controller', 'bin', 'silverback.mjs'),
    settingsFile: layout.settingsFile,
    healthPort: ports.health,
    logFile: logFile('controller'),
  });
  return { layout, proxies, controller, cluster, shopCertificate };
}

/** The PEM text under `tls.crt` of a Secret's manifest. */
function certificateOf(manifest: string): string {
  const encoded = /^\s*tls\.crt: (\S+)$/m.exec(manifest)?.[1];
  if (encoded === undefined) throw new Error('the Secret of examples/shop has no tls.crt');
  return Buffer.from(encoded, 'base64').toString('utf8');
}
