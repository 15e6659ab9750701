import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server to run. */
export interface ServerSpec {
  readonly program: string;
  readonly words: readonly string[];
  /** All that it writes goes there. */
  readonly logFile: string;
  /** Whether it serves by now; asked again and again. */
  readonly isReady: () => Promise<boolean>;
}

/** A busy machine starts a kube-apiserver in well over half a minute. */
const READY_MS = 240_000;
const GRACE_MS = 15_000;

/** A server that ends with the tests. */
export class ServerProcess {
  readonly #process: ChildProcess;
  readonly #closed: Promise<void>;
  #hasEnded = false;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#closed = new Promise((resolve) => {
      const end = (): void => {
        this.#hasEnded = true;
        resolve();
      };
      process.on('exit', end).on('error', end);
    });
  }

  /**
   * Starts a server.
   *
   * @returns when it is ready
   * @throws Error when it ends, or is not ready in time, with the end of its log
   */
  static async start(spec: ServerSpec): Promise<ServerProcess> {
    const log = openSync(spec.logFile, 'a', 0o600);
    const child = spawn(spec.program, spec.words, { stdio: ['ignore', log, log] });
    closeSync(log);
    const server = new ServerProcess(child);
    const deadline = Date.now() + READY_MS;
    while (!(await spec.isReady())) {
      if (server.#hasEnded || Date.now() > deadline) {
        await server.stop();
        throw new Error(`${spec.program} did not start:\n${endOf(spec.logFile)}`);
      }
      await sleep(100);
    }
    return server;
  }

  /** The process id. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Ends it: with SIGTERM, and with SIGKILL if that takes too long. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#hasEnded) return;
    this.#process.kill(signal);
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), GRACE_MS);
    await this.#closed;
    clearTimeout(timer);
  }
}

function endOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
}
