import type { EventWriter, StatusWriter } from '@silverback/kubernetes';
import type { StatusRounds } from './status-rounds.ts';

/** How long the end of the controller waits for what is to be written, in ms. */
const FLUSH_MS = 3_000;

/** Everything that writes statuses and events into the cluster. */
export class StatusWriting {
  readonly #rounds: Pick<StatusRounds, 'becameLeader' | 'fleetChanged' | 'stop'>;
  readonly #writers: readonly Pick<StatusWriter | EventWriter, 'flush' | 'stop'>[];

  constructor(
    rounds: Pick<StatusRounds, 'becameLeader' | 'fleetChanged' | 'stop'>,
    writers: readonly Pick<StatusWriter | EventWriter, 'flush' | 'stop'>[],
  ) {
    this.#rounds = rounds;
    this.#writers = writers;
  }

  /** Begins to decide. Whether this replica leads is asked each time. */
  start(): void {
    this.#rounds.becameLeader();
  }

  /** Ends deciding, and waits a moment for what is to be written. Needs the lease. */
  async stop(): Promise<void> {
    this.#rounds.stop();
    await Promise.all(this.#writers.map((writer) => writer.flush(FLUSH_MS)));
    await Promise.all(this.#writers.map((writer) => writer.stop()));
  }
}
