import { constants } from 'node:os';
import { nextMessage, startChild, stopChild } from '../child.ts';
import { describeMachine, describeVersions } from '../machine.ts';
import type { Progress } from '../progress.ts';
import type { BareListFigures, BareListTask } from './bare-list-main.ts';
import type { ClusterReport, ServerFigures } from './figures.ts';
import type { ClusterSize } from './objects.ts';
import { measureRequests, type RequestFigures } from './requests.ts';
import { Stage } from './stage.ts';
import { measureChanges, measureStart, type ChangeFigures, type StartFigures } from './start.ts';
import { measureStatuses, type StatusFigures } from './statuses.ts';

/** What to measure. */
export interface ClusterOptions {
  readonly ingresses: number;
  /** Addresses in each EndpointSlice. */
  readonly endpoints: number;
  /** How long the controller rests, and how long everything changes, in s. */
  readonly seconds: number;
  /** For each of these the controller is started once more, in a smaller cluster. */
  readonly proxies: readonly number[];
  readonly seed: number;
  /** Further options of Node for the controller, such as those of a profile. */
  readonly nodeOptions: string;
}

const SLICES_OF_A_SERVICE = 3;
const CHANGES_PER_SECOND = 100;
/** At most so many Ingresses there are where requests and writes of statuses are counted. */
const SMALL = 1_000;
/** How long writing a thousand statuses may take, in ms: it is bounded on purpose. */
const STATUS_LIMIT_MS = 90_000;

/** Runs the real controller in an emulated cluster: a large one, then small ones. */
export async function runCluster(options: ClusterOptions, progress: Progress): Promise<ClusterReport> {
  const machine = describeMachine();
  // Without this a signal would end this process at once, and the controller would go on.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  const { seed, nodeOptions } = options;
  // One more counts events.
  const size = sizeOf(options, options.ingresses - 1);
  const large = await inLargeCluster(options, size, progress);
  const requests = await inSmallCluster(options, progress);
  const statuses = await withoutStatuses(options, progress);
  return {
    machine,
    versions: describeVersions(),
    seed,
    results: { size, nodeOptions, ...large, requests, statuses },
  };
}

function sizeOf({ endpoints }: ClusterOptions, ingresses: number): ClusterSize {
  return { ingresses, slices: SLICES_OF_A_SERVICE, endpoints };
}

/** Waits are shorter where all times are. */
function atMost(ms: number, { seconds }: ClusterOptions): number {
  return Math.min(ms, seconds * 1000);
}

async function inLargeCluster(
  options: ClusterOptions,
  size: ClusterSize,
  progress: Progress,
): Promise<{ server: ServerFigures; start: StartFigures; changes: ChangeFigures }> {
  progress.say(`making a cluster of ${size.ingresses} Ingresses`);
  const stage = await Stage.open(size, true, options.nodeOptions);
  try {
    const server = await measureServer(stage);
    progress.say('starting the controller');
    await stage.setProxies(1);
    const start = await measureStart(stage, options.seconds, progress);
    progress.say(`${CHANGES_PER_SECOND} changes a second for ${options.seconds} s`);
    const changes = await measureChanges(stage, { ...options, perSecond: CHANGES_PER_SECOND });
    return { server, start, changes };
  } finally {
    await stage.close();
  }
}

async function inSmallCluster(
  options: ClusterOptions,
  progress: Progress,
): Promise<readonly RequestFigures[]> {
  const small = Math.min(SMALL, options.ingresses);
  progress.say(`counting requests in a cluster of ${small} Ingresses`);
  const stage = await Stage.open(sizeOf(options, small - 1), true, options.nodeOptions);
  try {
    return await measureRequests(stage, options.proxies, atMost(5_000, options), progress);
  } finally {
    await stage.close();
  }
}

async function withoutStatuses(options: ClusterOptions, progress: Progress): Promise<StatusFigures> {
  const small = Math.min(SMALL, options.ingresses);
  progress.say(`counting writes of statuses for ${small} Ingresses`);
  // One of them counts events.
  const stage = await Stage.open(sizeOf(options, small - 1), false, options.nodeOptions);
  try {
    return await measureStatuses(stage, small, { limitMs: STATUS_LIMIT_MS, quietMs: atMost(3_000, options) });
  } finally {
    await stage.close();
  }
}

async function measureServer(stage: Stage): Promise<ServerFigures> {
  const { cluster } = stage;
  const { objects, bytes } = cluster.content;
  const before = await cluster.usage();
  const child = startChild(new URL('./bare-list-main.js', import.meta.url));
  try {
    const figures = nextMessage(child) as Promise<BareListFigures>;
    child.send({ kubeconfig: stage.kubeconfig } satisfies BareListTask);
    const { ms, bytes: read } = await figures;
    const after = await cluster.usage();
    return {
      objects,
      megabytes: bytes / 1e6,
      bareListMs: ms,
      bareListMegabytes: read / 1e6,
      bareListServerCpuMs: after.cpuMs - before.cpuMs,
    };
  } finally {
    await stopChild(child);
  }
}
