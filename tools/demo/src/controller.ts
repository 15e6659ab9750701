import type { FleetReport } from '@silverback/fleet';
import type { ChildGroup } from './child-group.ts';
import { describeExit, type Child, type Exit } from './child.ts';
import { Unmet } from './until.ts';

/** What is needed to run the controller. */
export interface ControllerOptions {
  /** `apps/controller/bin/silverback.mjs`. */
  readonly script: string;
  readonly settingsFile: string;
  readonly healthPort: number;
  readonly logFile: string;
}

const ANSWER_MS = 2_000;

/** The real controller, as a process. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #group: ChildGroup;
  #child: Child;

  /** Starts the process; does not wait until it is ready. */
  constructor(group: ChildGroup, options: ControllerOptions) {
    this.#group = group;
    this.#options = options;
    this.#child = this.#spawn();
  }

  /** The process that runs now, or ran last. */
  get child(): Child {
    return this.#child;
  }

  /**
   * What the controller reports of its fleets.
   *
   * @throws Unmet if it has ended, Error while it does not answer
   */
  async fleets(): Promise<readonly FleetReport[]> {
    const { ended } = this.#child;
    if (ended !== undefined)
      throw new Unmet('a running controller', `that it has ended (${describeExit(ended)})`);
    const response = await fetch(`http://127.0.0.1:${this.#options.healthPort}/fleets`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const body: unknown = await response.json();
    if (!response.ok || !Array.isArray(body))
      throw new Error(`GET /fleets was answered ${response.status} without a list of fleets`);
    return body as readonly FleetReport[];
  }

  /** Sends SIGTERM and waits for the end. */
  terminate(graceMs: number): Promise<Exit> {
    return this.#child.stop(graceMs);
  }

  /** Starts it again after {@link terminate}. */
  startAgain(): void {
    if (this.#child.ended === undefined) throw new Error('the controller is still running');
    this.#child = this.#spawn();
  }

  #spawn(): Child {
    const { script, settingsFile, logFile } = this.#options;
    return this.#group.start({
      name: 'controller',
      script,
      words: ['run', '--config', settingsFile],
      logFile,
    });
  }
}
