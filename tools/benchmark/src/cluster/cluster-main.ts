import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterEmulator, kongDefinitions, type KubernetesObject } from '@silverback/cluster-emulator';
import { endWithParent } from '../child.ts';
import { seededRandom } from '../random.ts';
import { changedIngress, clusterObjects, endpointSlice, marker, PUBLISHED_ADDRESS } from './objects.ts';
import type { ClusterReply, ClusterRequest, MarkerChange } from './protocol.ts';

type Request<T extends ClusterRequest['type']> = Extract<ClusterRequest, { readonly type: T }>;

const MARKER_SHARE = 10;
const INGRESS_SHARE = 5;
const TICK_MS = 20;

endWithParent();
const emulator = new ClusterEmulator();
let loaded: Request<'load'> | undefined;

async function load(request: Request<'load'>): Promise<ClusterReply> {
  emulator.objects.load(kongDefinitions());
  let objects = 0;
  let bytes = 0;
  for await (const object of clusterObjects(request.size, request.hasStatus)) {
    emulator.objects.load([object as unknown as KubernetesObject]);
    objects += 1;
    bytes += JSON.stringify(object).length;
  }
  await emulator.start();
  writeFileSync(request.kubeconfig, emulator.kubeconfig(), { mode: 0o600 });
  loaded = request;
  return { type: 'load', objects, bytes };
}

async function change({ perSecond, seconds, seed }: Request<'change'>): Promise<ClusterReply> {
  if (loaded === undefined) throw new Error('change before load');
  const { size } = loaded;
  const random = seededRandom(seed);
  const someone = (): number => Math.floor(random() * size.ingresses);
  const markers: MarkerChange[] = [];
  const startedAt = performance.now();
  let events = 0;
  const total = perSecond * seconds;
  while (events < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond) + 1);
    for (; events < due; events += 1) {
      if (events % MARKER_SHARE === MARKER_SHARE - 1) {
        put(marker(events, true));
        markers.push({ count: events, atMs: Date.now() });
      } else if (events % INGRESS_SHARE === 0) {
        put(changedIngress(someone(), events));
      } else {
        put(endpointSlice(someone(), Math.floor(random() * size.slices), size.endpoints, events));
      }
    }
    await sleep(TICK_MS);
  }
  return { type: 'change', events, markers };
}

function put(object: unknown): void {
  emulator.objects.load([object as KubernetesObject]);
}

function published(): number {
  const text = JSON.stringify([{ ip: PUBLISHED_ADDRESS }]);
  const ingresses = emulator.objects.list('networking.k8s.io/v1', 'Ingress');
  return ingresses.filter(({ status }) => JSON.stringify(status).includes(text)).length;
}

async function handle(request: ClusterRequest): Promise<ClusterReply> {
  switch (request.type) {
    case 'load':
      return load(request);
    case 'reset':
      emulator.traffic.reset();
      return { type: 'reset' };
    case 'traffic':
      return { type: 'traffic', counts: emulator.traffic.counts, published: published() };
    case 'change':
      return change(request);
    case 'change-ingresses':
      for (let index = 0; index < (loaded?.size.ingresses ?? 0); index += 1)
        put(changedIngress(index, request.round));
      return { type: 'change-ingresses' };
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return { type: 'usage', cpuMs: (user + system) / 1000, rssMb: process.memoryUsage().rss / 1024 ** 2 };
    }
  }
}

process.on('message', (request: ClusterRequest) => {
  void handle(request).then((reply) => process.send?.(reply));
});
