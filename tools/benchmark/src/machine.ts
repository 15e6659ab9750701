import { createRequire } from 'node:module';
import { availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { binaryOptions } from './binary-options.ts';

/** On what was measured. The load is that of the whole machine when the run began, whoever caused it. */
export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  /** Runnable processes on average over 1, 5 and 15 minutes. */
  readonly load: readonly number[];
}

/** Versions of what the figures depend on. */
export interface Versions {
  readonly node: string;
  readonly undici: string;
  readonly openssl: string;
  /** The options of Node of the processes that are measured by themselves. */
  readonly nodeOptions: readonly string[];
}

/** This machine, now. */
export function describeMachine(): Machine {
  return {
    platform: `${platform()} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryMb: Math.round(totalmem() / 1024 ** 2),
    load: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

/** What is running here. */
export function describeVersions(): Versions {
  const undici = createRequire(import.meta.url)('undici/package.json') as { version: string };
  return {
    node: process.versions.node,
    undici: undici.version,
    openssl: process.versions.openssl,
    nodeOptions: binaryOptions(),
  };
}
