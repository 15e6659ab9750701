import type { Machine, Versions } from '../machine.ts';
import type { CertificateWithKey, WorkloadSize } from './workload.ts';

/** One workload to be measured. */
export interface TranslationTask extends WorkloadSize {
  readonly seed: number;
}

/** What the process gets that measures one workload. */
export interface MeasuringTask extends TranslationTask {
  readonly certificates: readonly CertificateWithKey[];
}

/** What was measured of one workload. Times are in ms, sizes in MB (10^6 bytes for the payload, 2^20 for memory). */
export interface TranslationFigures extends WorkloadSize {
  /** From a full cluster state to the first hash. */
  readonly fullMs: number;
  /** From one changed Ingress to its new fragment. */
  readonly oneIngressToFragmentMs: number;
  /** From one changed Ingress to the new hash. */
  readonly oneIngressToBytesMs: number;
  /** The MD5 of all bytes, by itself: what every hash would cost that does not go on from a checkpoint. */
  readonly md5Ms: number;
  readonly oneSliceToBytesMs: number;
  /** From a change of a plugin that a thousand routes share (or all, where there are fewer) to the new hash. */
  readonly sharedPluginToBytesMs: number;
  readonly newConsumerToBytesMs: number;
  /** What is in use after everything, garbage collected. */
  readonly heapMb: number;
  readonly rssMb: number;
  readonly payloadMb: number;
  readonly entities: number;
  /** The longest time for which the event loop did nothing else. */
  readonly loopBlockMs: number;
}

/** The results of a run. */
export interface TranslationReport {
  readonly machine: Machine;
  readonly versions: Versions;
  readonly seed: number;
  readonly results: readonly TranslationFigures[];
}
