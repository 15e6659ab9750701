import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { ReceiverFarm } from '../receivers/farm.ts';
import type { ReceiverReport } from '../receivers/protocol.ts';
import { FleetUnderTest } from './fleet-under-test.ts';
import type { Findings, ScenarioOptions } from './scenario.ts';

const CHANGES_PER_SECOND = 5;
const MOST_PUSHES = 8;

/** A configuration changes several times a second; proxies take seconds to apply one. */
export async function runChurn(options: ScenarioOptions, progress: Progress): Promise<Findings> {
  const { proxies, megabytes, applyMs, seconds } = options;
  const farm = await ReceiverFarm.start({ count: proxies });
  const fleet = new FleetUnderTest(farm, megabytes);
  try {
    await farm.behave({ manners: 'good', applyMs });
    fleet.change();
    fleet.setMembers(farm.ports);
    await fleet.untilHeld(farm.ports);
    await sleep(2 * applyMs);
    const before = await farm.report();

    progress.say(`${CHANGES_PER_SECOND} changes a second for ${seconds} s`);
    const startedAt = performance.now();
    const changes = CHANGES_PER_SECOND * seconds;
    for (let change = 0; change < changes; change += 1) {
      fleet.change();
      await sleep(Math.max(0, startedAt + (1000 * (change + 1)) / CHANGES_PER_SECOND - performance.now()));
    }
    const meanwhile = mostPushes(before, await farm.report());
    const lastArrivedMs = await fleet.untilHeld(farm.ports);
    const after = await farm.report();
    const inAll = mostPushes(before, after);
    return {
      figures: { changes, mostPushesMeanwhile: meanwhile, mostPushesInAll: inAll, lastArrivedMs },
      targets: [
        { what: `at most ${MOST_PUSHES} pushes per proxy while it changes`, met: meanwhile <= MOST_PUSHES },
        { what: `at most ${MOST_PUSHES}, that of the last change included`, met: inAll <= MOST_PUSHES },
        { what: 'the last change arrives', met: new Set(after.map(({ hash }) => hash)).size === 1 },
      ],
    };
  } finally {
    await fleet.stop();
    await farm.stop();
  }
}

/** The most pushes that one receiver got between two reports. */
function mostPushes(before: readonly ReceiverReport[], after: readonly ReceiverReport[]): number {
  const known = new Map(before.map(({ port, pushes }) => [port, pushes]));
  return Math.max(...after.map(({ port, pushes }) => pushes - (known.get(port) ?? 0)));
}
