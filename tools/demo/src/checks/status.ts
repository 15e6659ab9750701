import type { EmulatedCluster } from '../emulated-cluster.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';
import { editManifest } from './edit.ts';
import type { Check } from './runner.ts';

const PLUGIN = '/apis/configuration.konghq.com/v1/namespaces/shop/kongplugins/maintenance';
const INGRESS = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop';

/** What users see of it in their own resources, with kubectl. */
export function statusChecks(stage: Stage): Check[] {
  const { cluster } = stage;
  if (cluster === undefined) return [];
  return [
    { name: 'the status of resources says that every proxy holds them', run: () => served(cluster) },
    {
      name: 'a plugin that Kong refuses is not Programmed, in the words of Kong, until it is mended',
      run: () => refused(stage, cluster),
    },
  ];
}

async function served(cluster: EmulatedCluster): Promise<string> {
  const address = await until('an address in the status of the Ingress', async () => {
    const { status } = (await cluster.get(INGRESS)) as Ingress;
    const ip = status?.loadBalancer?.ingress?.[0]?.ip;
    return ip === undefined ? { seen: 'none' } : { met: ip };
  });
  await programmed(cluster, 'True');
  return `Ingress shop/shop has ${address}, KongPlugin shop/maintenance is Programmed`;
}

async function refused(stage: Stage, cluster: EmulatedCluster): Promise<string> {
  await editManifest(stage, 'maintenance.yaml', 'status_code: 503', 'status_code: 9999');
  const words = await programmed(cluster, 'False');
  await editManifest(stage, 'maintenance.yaml', 'status_code: 9999', 'status_code: 503');
  await programmed(cluster, 'True');
  return words;
}

interface Ingress {
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

interface Plugin {
  readonly metadata: { readonly generation?: number };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** Waits for the condition to have a status for the plugin as it is now; returns its message. */
function programmed(cluster: EmulatedCluster, wanted: 'True' | 'False'): Promise<string> {
  return until(`KongPlugin shop/maintenance to be Programmed=${wanted}`, async () => {
    const { metadata, status } = (await cluster.get(PLUGIN)) as Plugin;
    const condition = status?.conditions?.find(({ type }) => type === 'Programmed');
    if (condition === undefined) return { seen: 'no condition' };
    if (condition.observedGeneration !== metadata.generation) return { seen: 'an earlier generation' };
    return condition.status === wanted ? { met: condition.message } : { seen: condition.status };
  });
}
