import { describeMachine, describeVersions } from '../machine.ts';
import type { Progress } from '../progress.ts';
import { ReceiverFarm, SERVER_NAME } from '../receivers/farm.ts';
import type { SendTask } from '../sender/protocol.ts';
import { send } from '../sender/send.ts';
import {
  bytesOf,
  floorFiguresOf,
  resultOf,
  type FanOutCase,
  type FanOutReport,
  type FloorFigures,
  type Round,
} from './result.ts';

/** What to measure. */
export interface FanOutOptions {
  readonly proxies: readonly number[];
  readonly megabytes: readonly number[];
  readonly applyDelaysMs: readonly number[];
  readonly seed: number;
  /** Rounds of each case; chosen by the amount of data unless given. */
  readonly rounds?: number;
  /** Length of a 201's body as a multiple of the request's. */
  readonly answerFactor: number;
}

/** The report, and for each of its results the figures of the bare loop. */
export interface FanOutRun {
  readonly report: FanOutReport;
  readonly floors: readonly FloorFigures[];
}

/** Measures all combinations of numbers of proxies, sizes and apply delays, one after another. */
export async function runFanOut(options: FanOutOptions, progress: Progress): Promise<FanOutRun> {
  const machine = describeMachine();
  const measured: { one: FanOutCase; rounds: readonly Round[] }[] = [];
  for (const proxies of options.proxies) {
    const farm = await ReceiverFarm.start({ count: proxies, answerFactor: options.answerFactor });
    try {
      for (const one of casesOf(options, proxies)) {
        await farm.behave({ manners: 'good', applyMs: one.applyDelayMs });
        measured.push({ one, rounds: await runCase(one, farm, options, progress) });
      }
    } finally {
      await farm.stop();
    }
  }
  return {
    report: {
      machine,
      versions: describeVersions(),
      seed: options.seed,
      results: measured.map(({ one, rounds }) => resultOf(one, rounds)),
    },
    floors: measured.map(({ rounds }) => floorFiguresOf(rounds)),
  };
}

function casesOf({ megabytes, applyDelaysMs }: FanOutOptions, proxies: number): FanOutCase[] {
  return megabytes.flatMap((size) =>
    applyDelaysMs.map((applyDelayMs) => ({ proxies, megabytes: size, applyDelayMs })),
  );
}

/** The senders take turns at being first, because the machine is never the same for long. */
async function runCase(
  one: FanOutCase,
  farm: ReceiverFarm,
  options: FanOutOptions,
  progress: Progress,
): Promise<readonly Round[]> {
  const count = options.rounds ?? roundsFor(one);
  const rounds: Round[] = [];
  for (let round = 0; round < count; round += 1) {
    progress.say(
      `${one.proxies} proxies, ${one.megabytes} MB, apply ${one.applyDelayMs} ms: round ${round + 1} of ${count}`,
    );
    // Two seeds for each sender: a receiver that holds the bytes already would answer 304.
    const ours = taskOf('ours', one, farm, options.seed + 4 * round);
    const floor = taskOf('floor', one, farm, options.seed + 4 * round + 2);
    if (round % 2 === 0) {
      rounds.push({ ours: await send(ours), floor: await send(floor) });
    } else {
      rounds.push({ floor: await send(floor), ours: await send(ours) });
    }
  }
  return rounds;
}

/** More rounds where they cost little. */
function roundsFor({ proxies, megabytes }: FanOutCase): number {
  const total = proxies * megabytes;
  if (total <= 500) return 5;
  return total <= 2_500 ? 3 : 1;
}

function taskOf(sender: SendTask['sender'], one: FanOutCase, farm: ReceiverFarm, seed: number): SendTask {
  const { ca, client } = farm.pki;
  return {
    sender,
    ports: farm.ports,
    serverName: SERVER_NAME,
    tls: { ca: ca.certificate, certificate: client.certificate, key: client.key },
    bytes: bytesOf(one.megabytes),
    seed,
  };
}
