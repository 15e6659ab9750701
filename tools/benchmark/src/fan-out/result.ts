import type { Machine, Versions } from '../machine.ts';
import type { SendReport } from '../sender/protocol.ts';
import { median, percentile } from '../statistics.ts';

/** What was measured for one number of proxies, one size and one apply delay: medians of all rounds, but where it says more. */
export interface FanOutResult {
  readonly proxies: number;
  readonly megabytes: number;
  readonly applyDelayMs: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  /** The last proxy of the bare loop. */
  readonly floorLastMs: number;
  /** `(lastMs - 150) / floorLastMs` */
  readonly ratioToFloor: number;
  /** Peak of the sending process. */
  readonly rssMb: number;
  /** The longest block of the event loop in any round. */
  readonly loopBlockMs: number;
  /** The most CPU time that one step of the event loop used in any round: what is longer was waiting for a core. */
  readonly loopBusyMs: number;
  /** Of the sending process, for one push to all. */
  readonly cpuSeconds: number;
  /** Bytes of configuration that were sent in one push to all. */
  readonly bytes: number;
}

/** What `--json` prints. */
export interface FanOutReport {
  readonly machine: Machine;
  readonly versions: Versions;
  readonly seed: number;
  readonly results: readonly FanOutResult[];
}

/** What was measured of the bare loop beside ours: tells what of ours is the machine's doing. */
export interface FloorFigures {
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** The longest of any round. */
  readonly loopBlockMs: number;
}

/** Both senders of one round. */
export interface Round {
  readonly ours: SendReport;
  readonly floor: SendReport;
}

/** What a case is about. */
export interface FanOutCase {
  readonly proxies: number;
  readonly megabytes: number;
  readonly applyDelayMs: number;
}

/** What may be lost on the way: answers, status reads, events. In ms. */
export const GRACE_MS = 150;

/** Draws one result from the rounds of a case. */
export function resultOf(one: FanOutCase, rounds: readonly Round[]): FanOutResult {
  const ofOurs = (figure: (report: SendReport) => number): number =>
    median(rounds.map(({ ours }) => figure(ours)));
  const lastMs = ofOurs(({ timesMs }) => Math.max(...timesMs));
  const floorLastMs = median(rounds.map(({ floor }) => Math.max(...floor.timesMs)));
  return {
    ...one,
    medianMs: round(
      ofOurs(({ timesMs }) => percentile(timesMs, 50)),
      1,
    ),
    p99Ms: round(
      ofOurs(({ timesMs }) => percentile(timesMs, 99)),
      1,
    ),
    lastMs: round(lastMs, 1),
    floorLastMs: round(floorLastMs, 1),
    ratioToFloor: round((lastMs - GRACE_MS) / floorLastMs, 3),
    rssMb: round(
      ofOurs(({ rssMb }) => rssMb),
      1,
    ),
    loopBlockMs: round(Math.max(...rounds.map(({ ours }) => ours.loopBlockMs)), 1),
    loopBusyMs: round(Math.max(...rounds.map(({ ours }) => ours.loopBusyMs)), 1),
    cpuSeconds: round(
      ofOurs(({ cpuSeconds }) => cpuSeconds),
      3,
    ),
    bytes: bytesOf(one.megabytes) * one.proxies,
  };
}

/** The same of the bare loop, as far as it is of interest. */
export function floorFiguresOf(rounds: readonly Round[]): FloorFigures {
  const ofFloor = (figure: (report: SendReport) => number): number =>
    median(rounds.map(({ floor }) => figure(floor)));
  return {
    cpuSeconds: round(
      ofFloor(({ cpuSeconds }) => cpuSeconds),
      3,
    ),
    rssMb: round(
      ofFloor(({ rssMb }) => rssMb),
      1,
    ),
    loopBlockMs: round(Math.max(...rounds.map(({ floor }) => floor.loopBlockMs)), 1),
  };
}

/** Length of a payload of so many megabytes (10^6 bytes), in bytes. */
export function bytesOf(megabytes: number): number {
  return Math.round(megabytes * 1e6);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
