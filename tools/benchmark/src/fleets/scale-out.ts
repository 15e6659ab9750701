import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { ReceiverFarm } from '../receivers/farm.ts';
import { FleetUnderTest } from './fleet-under-test.ts';
import type { Findings, ScenarioOptions } from './scenario.ts';

/** A rolling restart takes so many at a time: a tenth, at least one. */
const ONE_IN = 10;
/** How often the configuration changes during the rolling restart, in ms. */
const CHANGE_EVERY_MS = 2_000;

/** A fleet grows from one proxy to all at once; then all restart empty, some at a time, while the configuration changes. */
export async function runScaleOut(options: ScenarioOptions, progress: Progress): Promise<Findings> {
  const { proxies, megabytes, applyMs } = options;
  const farm = await ReceiverFarm.start({ count: proxies });
  const fleet = new FleetUnderTest(farm, megabytes);
  try {
    await farm.behave({ manners: 'good', applyMs });
    fleet.change();
    const first = farm.ports.slice(0, 1);
    fleet.setMembers(first);
    const oneMs = await fleet.untilHeld(first);

    progress.say(`from 1 to ${proxies}`);
    const grownAt = performance.now();
    fleet.setMembers(farm.ports);
    await fleet.untilHeld(farm.ports);
    const scaleOutMs = performance.now() - grownAt;

    progress.say('rolling restart');
    const restart = await restartAll(fleet, farm, options);
    const lastChangeMs = await fleet.untilHeld(farm.ports);
    const hashes = new Set((await farm.report()).map(({ hash }) => hash));
    return {
      figures: { oneMs, scaleOutMs, ...restart, lastChangeMs },
      targets: [
        { what: 'after the rolling restart all hold the newest configuration', met: hashes.size === 1 },
      ],
    };
  } finally {
    await fleet.stop();
    await farm.stop();
  }
}

async function restartAll(
  fleet: FleetUnderTest,
  farm: ReceiverFarm,
  { proxies }: ScenarioOptions,
): Promise<Record<'rollingRestartMs' | 'longestEmptyMs' | 'changes', number>> {
  const size = Math.max(1, Math.floor(proxies / ONE_IN));
  const startedAt = performance.now();
  let changes = 0;
  let longestEmptyMs = 0;
  const ended = new AbortController();
  const changing = (async () => {
    while (!ended.signal.aborted) {
      fleet.change();
      changes += 1;
      await sleep(CHANGE_EVERY_MS);
    }
  })();
  for (let start = 0; start < proxies; start += size) {
    const ports = farm.ports.slice(start, start + size);
    fleet.forget(ports);
    const emptyAt = performance.now();
    await farm.restart(ports);
    await fleet.untilConfigured(ports);
    longestEmptyMs = Math.max(longestEmptyMs, performance.now() - emptyAt);
  }
  const rollingRestartMs = performance.now() - startedAt;
  ended.abort();
  await changing;
  return { rollingRestartMs, longestEmptyMs, changes };
}
