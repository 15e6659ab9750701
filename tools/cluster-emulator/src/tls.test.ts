import { get } from 'node:https';
import type { RequestOptions } from 'node:https';
import { createTestCa } from '@silverback/test-certificates';
import { load } from 'js-yaml';
import { ClusterEmulator } from './cluster-emulator.ts';
import type { JsonObject } from './json.ts';

function statusOf(url: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, ...options }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    }).on('error', reject);
  });
}

test('over TLS, users are known by tokens and by certificates of the cluster, and nobody else', async () => {
  const user = 'system:serviceaccount:kong:controller';
  const cluster = await new ClusterEmulator({ users: [{ name: user }] }).start();
  try {
    const ca = cluster.caCertificate;
    const url = `${cluster.url}/api/v1/secrets`;
    const { certificate: cert, key } = await cluster.issueClient(user);
    const stranger = await cluster.issueClient('stranger');
    const forged = await (await createTestCa('another')).issueClient(user);
    const authorization = `Bearer ${cluster.token}`;
    expect(await statusOf(url, { ca, headers: { authorization } })).toBe(200);
    expect(await statusOf(url, { ca, cert, key })).toBe(200);
    expect(await statusOf(url, { ca })).toBe(401);
    expect(await statusOf(url, { ca, cert: stranger.certificate, key: stranger.key })).toBe(401);
    expect(await statusOf(url, { ca, cert: forged.certificate, key: forged.key })).toBe(401);
    await expect(statusOf(url, { headers: { authorization } })).rejects.toThrow();
    expect(cluster.traffic.requests({ user }).map(({ status }) => status)).toEqual([200]);
  } finally {
    await cluster.close();
  }
});

test('a kubeconfig names the server, its authority and how to be known', async () => {
  const cluster = await new ClusterEmulator({ token: 'secret' }).start();
  try {
    const text = cluster.kubeconfig();
    expect(load(text)).toMatchObject({
      kind: 'Config',
      clusters: [
        {
          cluster: {
            server: cluster.url,
            'certificate-authority-data': Buffer.from(cluster.caCertificate ?? '').toString('base64'),
          },
        },
      ],
      users: [{ name: 'admin', user: { token: 'secret' } }],
      'current-context': 'emulator',
    });
    const identity = await cluster.issueClient('somebody');
    const other = load(cluster.kubeconfig({ name: 'somebody' }, identity)) as JsonObject;
    expect(other).toMatchObject({
      users: [{ user: { 'client-certificate-data': Buffer.from(identity.certificate).toString('base64') } }],
    });
  } finally {
    await cluster.close();
  }
});
