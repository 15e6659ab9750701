import type { Stage } from '../stage.ts';
import { until, Unmet } from '../until.ts';
import { allInSync, noProblems, pushCounts } from './fleet-state.ts';
import type { Check } from './runner.ts';

const START = { limitMs: 15_000, everyMs: 50 };

/** What has to be so once everything has started. */
export function startingChecks(stage: Stage): Check[] {
  return [
    {
      name: 'all proxies get in sync and report the same hash',
      vital: true,
      run: async () => `hash ${await until('three proxies in sync', () => allInSync(stage), START)}`,
    },
    {
      name: 'the manifests have no problems',
      run: async () => {
        await until('no problems', () => noProblems(stage));
        return '';
      },
    },
    { name: 'every proxy got the same bytes, as text/yaml', run: () => sameBytes(stage) },
    { name: 'one configuration was enough for each proxy', run: () => onePushEach(stage) },
  ];
}

async function sameBytes(stage: Stage): Promise<string> {
  const pushes = (await Promise.all(stage.proxies.map((proxy) => proxy.pushes()))).flat();
  const different = (values: readonly string[]): string[] => [...new Set(values)];
  const hashes = different(pushes.map((push) => push.hash));
  const types = different(pushes.map((push) => push.contentType));
  if (hashes.length !== 1 || types.join() !== 'text/yaml')
    throw new Unmet('one MD5 and text/yaml', `${hashes.join(' and ')}; ${types.join(' and ')}`);
  return `MD5 ${hashes.join()}`;
}

async function onePushEach(stage: Stage): Promise<string> {
  const counts = await pushCounts(stage);
  if (counts.some((count) => count !== 1)) throw new Unmet('1 push each', counts.join(', '));
  return '';
}
