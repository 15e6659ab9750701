import type { Stage } from '../stage.ts';
import { Unmet } from '../until.ts';
import { awaitAnswer, expectEverywhere } from './data-plane.ts';
import { editManifest } from './edit.ts';
import type { Check } from './runner.ts';

const LIMIT_MS = 1_000;

/** How soon an edit is live. */
export function editingChecks(stage: Stage): Check[] {
  return [
    { name: 'an edit is live on every proxy within a second of the save', run: () => editIsLive(stage) },
  ];
}

async function editIsLive(stage: Stage): Promise<string> {
  const saved = await editManifest(stage, 'shop-ingress.yaml', 'path: /health', 'path: /healthy');
  const request = { host: 'shop.example.com', path: '/healthy' };
  const times = await Promise.all(
    stage.proxies.map(async (proxy) => {
      await awaitAnswer(proxy, { request, status: 200 }, { limitMs: 5_000, everyMs: 10 });
      return Math.round(performance.now() - saved);
    }),
  );
  const figures = times.map((ms, index) => `${stage.proxies[index]?.name ?? '?'} ${ms} ms`).join(', ');
  if (times.some((ms) => ms > LIMIT_MS)) throw new Unmet(`at most ${LIMIT_MS} ms`, figures);
  await expectEverywhere(stage, { request: { ...request, path: '/health' }, status: 404 });
  return figures;
}
