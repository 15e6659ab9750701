import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '../progress.ts';
import { seededRandom } from '../random.ts';
import { ReceiverFarm } from '../receivers/farm.ts';
import type { Behaviour, Manners } from '../receivers/protocol.ts';
import { median } from '../statistics.ts';
import { FleetUnderTest } from './fleet-under-test.ts';
import type { Findings, ScenarioOptions } from './scenario.ts';

/** One in so many proxies hangs, one is down, one refuses and one is slow. */
const ONE_IN = 20;
/** How many times longer than others a slow proxy takes to apply. */
const SLOWNESS = 5;
const MOST_OF_ALONE = 1.1;
/** Changes after the one that finds the neighbours newly bad. */
const LATER_CHANGES = 3;

interface Times {
  readonly firstMs: number;
  readonly newlyBadMs: number;
  readonly laterMs: number;
}

/**
 * A fleet of good proxies gets its first configuration; then one in five of them goes bad, and the configuration changes
 * some times. The same once more with the good ones only.
 */
export async function runBadNeighbours(options: ScenarioOptions, progress: Progress): Promise<Findings> {
  const bad = Math.floor(options.proxies / ONE_IN);
  const good = options.proxies - 4 * bad;
  progress.say(`${good} good proxies by themselves`);
  const alone = await measure(good, 0, options);
  progress.say(`the same among ${4 * bad} bad ones`);
  const among = await measure(good, bad, options);
  const newlyBadRatio = among.newlyBadMs / alone.newlyBadMs;
  const laterRatio = among.laterMs / alone.laterMs;
  return {
    figures: {
      aloneFirstMs: alone.firstMs,
      aloneChangeMs: alone.newlyBadMs,
      aloneLaterChangesMs: alone.laterMs,
      amongFirstMs: among.firstMs,
      amongNewlyBadMs: among.newlyBadMs,
      amongLaterChangesMs: among.laterMs,
      newlyBadRatio,
      laterRatio,
    },
    targets: [
      {
        what: `the change that finds them newly bad within ${MOST_OF_ALONE} of the time without them`,
        met: newlyBadRatio <= MOST_OF_ALONE,
      },
      { what: `later changes within ${MOST_OF_ALONE}`, met: laterRatio <= MOST_OF_ALONE },
    ],
  };
}

/** @param bad - of each of the four kinds */
async function measure(good: number, bad: number, options: ScenarioOptions): Promise<Times> {
  const { applyMs, megabytes, seed } = options;
  const farm = await ReceiverFarm.start({ count: good + 4 * bad });
  const fleet = new FleetUnderTest(farm, megabytes);
  try {
    await farm.behave({ manners: 'good', applyMs });
    fleet.change();
    fleet.setMembers(farm.ports);
    const firstMs = await fleet.untilHeld(farm.ports);

    const shuffled = shuffle(farm.ports, seed);
    const goodPorts = shuffled.slice(4 * bad);
    for (const [index, behaviour] of badBehaviours(applyMs).entries()) {
      await farm.behave(behaviour, shuffled.slice(index * bad, (index + 1) * bad));
    }
    const change = async (): Promise<number> => {
      // Pacing after the change before is not what is measured.
      await sleep(2 * applyMs + 2_000);
      fleet.change();
      return fleet.untilHeld(goodPorts);
    };
    const newlyBadMs = await change();
    const later: number[] = [];
    for (let index = 0; index < LATER_CHANGES; index += 1) later.push(await change());
    return { firstMs, newlyBadMs, laterMs: median(later) };
  } finally {
    await fleet.stop();
    await farm.stop();
  }
}

function badBehaviours(applyMs: number): Behaviour[] {
  const kinds: readonly Manners[] = ['hangs', 'down', 'refuses'];
  return [
    ...kinds.map((manners) => ({ manners, applyMs })),
    { manners: 'good' as const, applyMs: SLOWNESS * applyMs },
  ];
}

function shuffle<T>(items: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
