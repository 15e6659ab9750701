import { startEmulatedCluster, type EmulatedCluster } from './testing/emulated-cluster.ts';
import { ingressManifest, rateLimitManifest, serviceManifest } from './testing/manifests.ts';
import type { RunningSilverback } from './testing/running-silverback.ts';

let set: EmulatedCluster;

afterEach(async () => {
  await set.close();
});

/** A KongPlugin that takes its limit from a Secret. */
function limitFrom(secret: string): string {
  return `apiVersion: configuration.konghq.com/v1
kind: KongPlugin
metadata: { name: limit, namespace: shop }
plugin: rate-limiting
config: { policy: local }
configPatches: [{ path: /minute, valueFrom: { secretKeyRef: { name: ${secret}, key: minute } } }]
`;
}

function limitSecret(name: string, minute: number): string {
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
stringData: { minute: '${String(minute)}' }
`;
}

/** What the proxy says that it holds, in YAML; nothing before its first configuration. */
async function configuration(): Promise<string> {
  const response = await fetch(`${set.proxies[0]?.adminUrl ?? ''}/config`);
  const { config = '' } = (await response.json()) as { config?: string };
  return config;
}

/** Resolves with the first configuration that has some texts and not others; it is looked at after each line of the log. */
async function served(
  controller: RunningSilverback,
  texts: readonly string[],
  others: readonly string[] = [],
) {
  for (;;) {
    const { length } = controller.lines;
    const config = await configuration();
    const isRight =
      texts.every((text) => config.includes(text)) && !others.some((text) => config.includes(text));
    if (isRight) return;
    await controller.until(() => controller.lines.length > length);
  }
}

test('a held Ingress is served by the endpoints of now, a held plugin with the Secrets of now, from an API server', async () => {
  set = await startEmulatedCluster(1);
  const { cluster } = set;
  const load = (...manifests: readonly string[]): void => {
    cluster.loadYaml(manifests.join('---\n'));
  };
  load(
    serviceManifest('old', '10.1.0.1'),
    serviceManifest('new', '10.2.0.1'),
    limitSecret('limits', 5),
    limitSecret('broken', 0),
    limitFrom('limits'),
    ingressManifest('web', '/cart', 'old', { 'konghq.com/plugins': 'limit' }),
  );
  const first = set.run();
  await served(first, ['/cart/', '10.1.0.1:8080', 'minute: 5']);
  // The Ingress moves to another Service and asks for a plugin that Kong refuses: nothing uses the old Service any more.
  load(rateLimitManifest('zero', 0), ingressManifest('web', '/new', 'new', { 'konghq.com/plugins': 'zero' }));
  await first.line({ event: 'quarantined' });
  await served(first, ['/cart/', '10.1.0.1:8080', '10.2.0.1:8080'], ['/new/']);
  load(serviceManifest('old', '10.1.0.2'));
  await served(first, ['/cart/', '10.1.0.2:8080'], ['10.1.0.1:8080']);
  // The plugin takes a value that Kong refuses from another Secret: nothing names the first one any more.
  const from = first.lines.length;
  load(limitFrom('broken'));
  await first.line({ event: 'quarantined' }, from);
  load(limitSecret('limits', 7));
  await served(first, ['/cart/', 'minute: 7']);
  await first.stop();
  const pushes = set.proxies[0]?.pushes.length;
  const second = set.run({ stateDirectory: 'state-0' });
  await second.line({ event: 'translated' });
  await second.line({ event: 'released' });
  load(limitSecret('limits', 8));
  await served(second, ['/cart/', 'minute: 8']);
  cluster.objects.delete({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'limits' });
  await served(second, ['10.2.0.1:8080'], ['/cart/', 'minute: 8']);
  // The restart itself sent nothing.
  expect(set.proxies[0]?.pushes.length).toBe((pushes ?? 0) + 2);
});
