import type { PushRecord, RouterFlavor } from '../emulator.ts';
import type { FaultSet } from '../faults.ts';
import type { KongNode } from '../node.ts';
import type { DataModel } from '../schema/model.ts';

/** What the endpoints of a running emulator share. */
export interface AdminContext {
  readonly node: KongNode;
  readonly model: DataModel;
  readonly faults: FaultSet;
  readonly version: string;
  readonly routerFlavor: RouterFlavor;
  readonly keepalivePoolSize: number;
  readonly limits: { readonly bodyBytes: number; readonly databaseBytes: number };
  /** Multiplies the time that a configuration takes; 0: no delay. */
  readonly delayFactor: number;
  readonly pushes: PushRecord[];
  readonly counters: { status: number; root: number; total: number };
  /** Aborted when the emulated process ends. */
  readonly life: () => AbortSignal;
  readonly proxyPorts: () => { readonly plain: number; readonly tls: number };
  readonly connections: () => number;
  readonly commitSection: { busy: boolean };
}
