import type { Machine, Versions } from '../machine.ts';
import type { ClusterSize } from './objects.ts';
import type { RequestFigures } from './requests.ts';
import type { ChangeFigures, StartFigures } from './start.ts';
import type { StatusFigures } from './statuses.ts';

/** How long everything takes without the controller: what the API server and the machine cost by themselves. */
export interface ServerFigures {
  readonly objects: number;
  /** Of all objects as JSON, as they were put in. */
  readonly megabytes: number;
  /** For a bare reader to read all lists page by page, without looking at them. */
  readonly bareListMs: number;
  readonly bareListMegabytes: number;
  readonly bareListServerCpuMs: number;
}

/** What the controller does in a large cluster. */
export interface ClusterFigures {
  readonly size: ClusterSize;
  /** Further options of Node for the controller. */
  readonly nodeOptions: string;
  readonly server: ServerFigures;
  readonly start: StartFigures;
  readonly changes: ChangeFigures;
  readonly requests: readonly RequestFigures[];
  readonly statuses: StatusFigures;
}

/** All that the command tells. */
export interface ClusterReport {
  readonly machine: Machine;
  readonly versions: Versions;
  readonly seed: number;
  readonly results: ClusterFigures;
}
