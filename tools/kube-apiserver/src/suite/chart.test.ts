import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHART, findHelm, NO_HELM, renderChart, runHelm } from '@silverback/helm';
import { TestCluster, type Seen } from '../testing/cluster.ts';

// What becomes of the chart on a real API server: what it installs, keeps, and leaves alone.

if (findHelm() === undefined) process.stderr.write(`SKIPPED, the chart is not installed: ${NO_HELM}\n`);
const testWithHelm = findHelm() === undefined ? test.skip : test;

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const CLASS = '/apis/networking.k8s.io/v1/ingressclasses/kong';

let cluster: TestCluster;
let folder = '';
beforeEach(async () => {
  cluster = await TestCluster.start();
  folder = mkdtempSync(join(tmpdir(), 'silverback-chart-'));
  const { url, caCertificate, adminToken } = cluster.controlPlane;
  const entry = { name: 'test' };
  writeFileSync(
    join(folder, 'kubeconfig'),
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      clusters: [
        {
          ...entry,
          cluster: {
            server: url,
            'certificate-authority-data': Buffer.from(caCertificate).toString('base64'),
          },
        },
      ],
      users: [{ ...entry, user: { token: adminToken } }],
      contexts: [{ ...entry, context: { cluster: 'test', user: 'test' } }],
    }),
  );
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await cluster.close();
});

/** Runs Helm against the cluster; returns what it says. */
function helm(verb: string, release: string, namespace: string, values: object = {}): string {
  const takesValues = verb === 'install' || verb === 'upgrade';
  const args = [verb, release, ...(takesValues ? [CHART, '--create-namespace', '--values', '-'] : [])].filter(
    (arg) => verb === 'install' || arg !== '--create-namespace',
  );
  const { status, stdout, stderr } = runHelm(
    [...args, '--namespace', namespace, '--kubeconfig', join(folder, 'kubeconfig')],
    JSON.stringify(values),
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

async function definitionNames(): Promise<readonly string[]> {
  const { items } = (await cluster.admin.get(DEFINITIONS)) as unknown as {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  };
  return items.map(({ metadata }) => metadata.name);
}

function secret(namespace: string, side: string): Promise<Seen> {
  return cluster.admin.get(`/api/v1/namespaces/${namespace}/secrets/silverback-edge-${side}`);
}

const GATEWAY = { gateway: { enabled: true } };

testWithHelm(
  'an upgrade keeps certificates, and a release that goes leaves definitions and their objects',
  async () => {
    helm('install', 'silverback', 'silverback', GATEWAY);
    const names = await definitionNames();
    expect(names).toContain('kongplugins.configuration.konghq.com');
    const before = await secret('silverback', 'proxy');

    helm('upgrade', 'silverback', 'silverback', { ...GATEWAY, replicaCount: 3 });
    expect((await secret('silverback', 'proxy'))['data']).toEqual(before['data']);
    expect(await definitionNames()).toEqual(names);

    expect(helm('uninstall', 'silverback', 'silverback')).toContain('kongplugins.configuration.konghq.com');
    expect(await definitionNames()).toEqual(names);
  },
);

testWithHelm('certificates are made anew for both sides when one is gone', async () => {
  helm('install', 'silverback', 'silverback', GATEWAY);
  const before = await secret('silverback', 'proxy');
  await cluster.admin.delete('/api/v1/namespaces/silverback/secrets/silverback-edge-controller');
  helm('upgrade', 'silverback', 'silverback', GATEWAY);
  const [proxy, controller] = [await secret('silverback', 'proxy'), await secret('silverback', 'controller')];
  expect(proxy['data']?.['ca.crt']).toEqual(controller['data']?.['ca.crt']);
  expect(proxy['data']?.['ca.crt']).not.toEqual(before['data']?.['ca.crt']);
});

testWithHelm('certificates that somebody has brought stay, and half of them is a mistake', async () => {
  await cluster.namespace('silverback');
  const bring = (side: string) =>
    cluster.admin.create('/api/v1/namespaces/silverback/secrets', {
      metadata: { name: `silverback-edge-${side}` },
      data: { 'ca.crt': '', 'tls.crt': '', 'tls.key': '' },
    });
  const brought = await bring('proxy');
  expect(() => helm('install', 'silverback', 'silverback', GATEWAY)).toThrow(
    'only one exists, and it comes from elsewhere: bring both, or neither',
  );
  await bring('controller');
  helm('install', 'silverback', 'silverback', GATEWAY);
  expect((await secret('silverback', 'proxy'))['metadata']?.['resourceVersion']).toBe(
    brought['metadata']?.['resourceVersion'],
  );
});

testWithHelm(
  'where one definition comes from elsewhere none is installed, and nothing is replaced',
  async () => {
    const [plugin] = renderChart().filter(({ metadata }) => metadata.name.startsWith('kongplugins.'));
    // Without the names that Helm signs with.
    const metadata = { name: plugin?.metadata.name };
    const theirs = await cluster.admin.create(DEFINITIONS, { ...plugin, metadata });
    const ingressClass = await cluster.admin.create(CLASS.slice(0, CLASS.lastIndexOf('/')), {
      metadata: { name: 'kong' },
      spec: { controller: 'ingress-controllers.konghq.com/kong' },
    });
    const said = helm('install', 'silverback', 'silverback');
    expect(said).toContain('CustomResourceDefinitions were NOT installed');
    expect(said).toContain('  kongplugins.configuration.konghq.com\n');
    expect(await definitionNames()).toEqual(['kongplugins.configuration.konghq.com']);
    const now = await cluster.admin.get(`${DEFINITIONS}/kongplugins.configuration.konghq.com`);
    expect([now['metadata']?.['uid'], now['spec']]).toEqual([theirs['metadata']?.['uid'], theirs['spec']]);
    expect((await cluster.admin.get(CLASS))['metadata']?.['resourceVersion']).toBe(
      ingressClass['metadata']?.['resourceVersion'],
    );
  },
);

testWithHelm('a second release leaves the definitions to the first', async () => {
  helm('install', 'first', 'first');
  expect(helm('install', 'second', 'second')).toContain('CustomResourceDefinitions were NOT installed');
  helm('upgrade', 'second', 'second', { replicaCount: 3 });
  const definition = await cluster.admin.get(`${DEFINITIONS}/kongplugins.configuration.konghq.com`);
  expect(definition['metadata']?.['annotations']).toMatchObject({ 'meta.helm.sh/release-name': 'first' });
});
