import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { endWithParent } from '../child.ts';

/** What the bare reader is asked for. */
export interface BareListTask {
  readonly kubeconfig: string;
}

/** How long it took to read everything, in ms, and how much that was, in bytes. */
export interface BareListFigures {
  readonly ms: number;
  readonly bytes: number;
}

const LISTS = [
  { path: '/apis/networking.k8s.io/v1/ingresses', limit: 500 },
  { path: '/api/v1/services', limit: 500 },
  { path: '/apis/discovery.k8s.io/v1/endpointslices', limit: 500 },
  { path: '/api/v1/secrets', limit: 50 },
];

/** Reads the lists that the controller reads, kinds at the same time as it does, and looks at nothing in them. */
async function read({ kubeconfig }: BareListTask): Promise<BareListFigures> {
  const { server, ca, token } = accessIn(readFileSync(kubeconfig, 'utf8'));
  const agent = new Agent({ connect: { ca } });
  const headers = { authorization: `Bearer ${token}` };
  const startedAt = performance.now();
  const sizes = await Promise.all(
    LISTS.map(async ({ path, limit }) => {
      let bytes = 0;
      let next = '';
      do {
        const query = `limit=${limit}${next === '' ? '' : `&continue=${encodeURIComponent(next)}`}`;
        const { body } = await request(`${server}${path}?${query}`, { headers, dispatcher: agent });
        const text = Buffer.from(await body.arrayBuffer());
        bytes += text.length;
        // The token stands in the metadata, before the first item.
        next = /"continue":"([^"]+)"/.exec(text.toString('latin1', 0, 1000))?.[1] ?? '';
      } while (next !== '');
      return bytes;
    }),
  );
  const ms = performance.now() - startedAt;
  await agent.close();
  return { ms, bytes: sizes.reduce((total, size) => total + size, 0) };
}

function accessIn(kubeconfig: string): { server: string; ca: string; token: string } {
  const field = (name: string): string => {
    const value = new RegExp(`^ *${name}: (?:>-\\n *)?(\\S+)$`, 'm').exec(kubeconfig)?.[1];
    if (value === undefined) throw new Error(`the kubeconfig has no ${name}`);
    return value;
  };
  const ca = Buffer.from(field('certificate-authority-data'), 'base64').toString('utf8');
  return { server: field('server'), ca, token: field('token') };
}

endWithParent();
process.on('message', (task: BareListTask) => {
  void read(task).then((figures) => process.send?.(figures));
});
