import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '@silverback/clock';
import { KubeConfigCredentials, KubeHttp } from '@silverback/kubernetes';
import { TestCluster } from '../testing/cluster.ts';
import { kubeconfigFor } from '../testing/controller.ts';

// The ways to authenticate, and what happens when credentials and the authority change.

const NAMESPACES = '/api/v1/namespaces';
const ACCOUNTS = `${NAMESPACES}/default/serviceaccounts`;

let cluster: TestCluster;
let folder: string;
let opened: KubeHttp[];
beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.admin.apply('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/reader', {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
  });
});
afterAll(() => cluster.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silverback-credentials-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((http) => http.close()));
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o700 });
  return path;
}

/** Reaches the API server by a kubeconfig for a user. */
function reach(
  user: object,
  config = kubeconfigFor(cluster.controlPlane.url, cluster.controlPlane.caCertificate, user),
) {
  const kubeconfig = write('kubeconfig', JSON.stringify(config));
  const http = new KubeHttp({
    credentials: new KubeConfigCredentials({ kubeconfig }),
    clock: new SystemClock(),
  });
  opened.push(http);
  return async () => {
    const list = (await http.json({ path: NAMESPACES })) as { kind: string };
    return list.kind;
  };
}

/** Lets the API server forget which tokens it took: it remembers that for ten seconds. */
async function forgetTokens(): Promise<void> {
  await cluster.controlPlane.stopApiServer();
  await cluster.controlPlane.startApiServer();
}

/** A token of a service account that is made anew: those of the one before are worth nothing from then on. */
async function newToken(): Promise<string> {
  if ((await cluster.admin.refusal({ path: `${ACCOUNTS}/reader` })) === undefined) {
    await cluster.admin.delete(`${ACCOUNTS}/reader`);
  }
  await cluster.admin.create(ACCOUNTS, { metadata: { name: 'reader' } });
  const answer = (await cluster.admin.create(`${ACCOUNTS}/reader/token`, { spec: {} })) as unknown as {
    status: { token: string };
  };
  return answer.status.token;
}

test('a client certificate', async () => {
  const { certificate, key } = await cluster.controlPlane.issueClient('ada', 'system:masters');
  const list = reach({
    'client-certificate': write('tls.crt', certificate),
    'client-key': write('tls.key', key),
  });
  expect(await list()).toBe('NamespaceList');
});

test('a token in a file that is replaced', async () => {
  const list = reach({ tokenFile: write('token', await newToken()) });
  expect(await list()).toBe('NamespaceList');
  const next = await newToken();
  await forgetTokens();
  await expect(list()).rejects.toMatchObject({ status: 401 });
  write('token', next);
  await expect(list()).resolves.toBe('NamespaceList');
});

test('a plugin, which is run again when its token is refused', async () => {
  const status = (token: string) =>
    JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token },
    });
  const answer = write('answer', status(await newToken()));
  const command = write('plugin', `#!/bin/sh\ncat ${answer}\n`);
  const list = reach({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' },
  });
  expect(await list()).toBe('NamespaceList');
  write('answer', status(await newToken()));
  await forgetTokens();
  await expect(list()).rejects.toMatchObject({ status: 401 });
  await expect(list()).resolves.toBe('NamespaceList');
});

test('another authority of the API server, whose file is replaced', async () => {
  const { url, adminToken } = cluster.controlPlane;
  const authority = write('ca.crt', cluster.controlPlane.caCertificate);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'suite',
    contexts: [{ name: 'suite', context: { cluster: 'suite', user: 'suite' } }],
    clusters: [{ name: 'suite', cluster: { server: url, 'certificate-authority': authority } }],
    users: [{ name: 'suite', user: { token: adminToken } }],
  };
  const list = reach({}, config);
  expect(await list()).toBe('NamespaceList');
  await cluster.controlPlane.replaceAuthority();
  await expect(list()).rejects.toMatchObject({ code: 'KubernetesUnreachable' });
  write('ca.crt', cluster.controlPlane.caCertificate);
  await expect(list()).resolves.toBe('NamespaceList');
});
