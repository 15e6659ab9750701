/** One push to all receivers, from a process of its own that does nothing else. */
export interface SendTask {
  /** Our code, or a bare loop over undici. */
  readonly sender: 'ours' | 'floor';
  readonly ports: readonly number[];
  readonly serverName: string;
  /** PEM. */
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string };
  /** Length of the payload that is measured. */
  readonly bytes: number;
  readonly seed: number;
}

/** What was measured at the sender, from the moment at which the new payload was wanted. */
export interface SendReport {
  /** When each proxy's 201 had been read, in ms. */
  readonly timesMs: readonly number[];
  /** User and system time of the push. */
  readonly cpuSeconds: number;
  /** The most that the process ever had. */
  readonly rssMb: number;
  /** The longest time for which the event loop did nothing else. */
  readonly loopBlockMs: number;
  /** The most CPU time that the thread of the event loop used without a pause. */
  readonly loopBusyMs: number;
}
