import { Child, describeExit, type ChildSpec } from './child.ts';

/** The processes of one demo: whatever was started through it is ended with it. */
export class ChildGroup {
  readonly #children: Child[] = [];
  readonly #onUnexpectedEnd: (child: Child) => void;
  #ending = false;

  /** @param onUnexpectedEnd - told of each process that ends while the group isn't being ended */
  constructor(onUnexpectedEnd: (child: Child) => void) {
    this.#onUnexpectedEnd = onUnexpectedEnd;
  }

  /** Starts a process. */
  start(spec: ChildSpec): Child {
    if (this.#ending) throw new Error(`${spec.name} is not started: the demo is ending`);
    const child = new Child(spec);
    this.#children.push(child);
    void child.exit.then(() => {
      if (!this.#ending) this.#onUnexpectedEnd(child);
    });
    return child;
  }

  /**
   * Ends all processes, the last started first.
   *
   * @param graceMs - how long each may take after SIGTERM before it gets SIGKILL
   * @returns those that ended otherwise than with exit code 0, in words
   */
  async end(graceMs: number): Promise<string[]> {
    this.#ending = true;
    const bad: string[] = [];
    for (const child of this.#children.toReversed()) {
      const exit = await child.stop(graceMs);
      if (exit.code !== 0) bad.push(`${child.name}: ${describeExit(exit)}`);
    }
    return bad;
  }
}
