import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ClusterEmulator } from './cluster-emulator.ts';
import { kongDefinitions } from './kinds/kong-definitions.ts';

const kubectl = process.env['KUBECTL'];

const MANIFEST = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec: { defaultBackend: { service: { name: shop, port: { number: 80 } } } }
---
apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: limits }
plugin: rate-limiting
config: { minute: 5 }
`;

(kubectl === undefined ? test.skip : test)('kubectl applies, gets and deletes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-emulator-'));
  const cluster = new ClusterEmulator();
  cluster.objects.load(kongDefinitions());
  await cluster.start();
  try {
    const [config, manifest] = [join(folder, 'kubeconfig'), join(folder, 'shop.yaml')];
    writeFileSync(config, cluster.kubeconfig());
    const run = async (text: string, ...words: string[]): Promise<string> => {
      writeFileSync(manifest, text);
      const args = [`--kubeconfig=${config}`, `--cache-dir=${folder}`, ...words];
      return (await promisify(execFile)(kubectl ?? '', args)).stdout;
    };
    const changed = MANIFEST.replace('minute: 5', 'minute: 6');
    expect(await run(MANIFEST, 'apply', '-f', manifest)).toContain(
      'kongplugin.configuration.konghq.com/limits created',
    );
    expect(await run(changed, 'apply', '-f', manifest)).toMatch(/shop unchanged\n.*limits configured/);
    expect(await run(MANIFEST, 'apply', '--server-side', '--force-conflicts', '-f', manifest)).toContain(
      'serverside-applied',
    );
    expect(await run('', 'get', 'ingress,kp')).toMatch(
      /NAME +CLASS +HOSTS[^]*shop[^]*PLUGIN-TYPE[^]*limits +rate-limiting/,
    );
    expect(await run(MANIFEST, 'delete', '-f', manifest)).toContain('"limits" deleted');
    expect(cluster.objects.list('networking.k8s.io/v1', 'Ingress')).toEqual([]);
  } finally {
    await cluster.close();
    rmSync(folder, { recursive: true });
  }
});
