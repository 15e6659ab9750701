import type { SessionReason, SessionState } from './events.ts';

/** Told each change of a state. */
export type StateListener = (from: SessionState, to: SessionState, reason: SessionReason | undefined) => void;

/** The state of a session, why it is in it, and since when it is out of sync. Nothing comes after `leaving`. */
export class CurrentState {
  readonly #onChange: StateListener;
  #state: SessionState = 'connecting';
  #reason: SessionReason | undefined;
  #outOfSyncSince: number;

  /** @param now - monotonic time in ms */
  constructor(now: number, onChange: StateListener) {
    this.#outOfSyncSince = now;
    this.#onChange = onChange;
  }

  get state(): SessionState {
    return this.#state;
  }

  get reason(): SessionReason | undefined {
    return this.#reason;
  }

  /** How long the proxy has not held what it should, in ms; 0 when in sync. */
  lagMs(now: number): number {
    return this.#state === 'in-sync' ? 0 : Math.round(now - this.#outOfSyncSince);
  }

  become(to: SessionState, reason: SessionReason | undefined, now: number): void {
    const from = this.#state;
    const sameReason = this.#reason?.code === reason?.code && this.#reason?.message === reason?.message;
    if (from === 'leaving' || (from === to && sameReason)) return;
    if (from === 'in-sync') this.#outOfSyncSince = now;
    this.#state = to;
    this.#reason = reason;
    this.#onChange(from, to, reason);
  }
}
