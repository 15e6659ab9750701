import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { collect, type SpawnOptions, spawnSilverback } from './silverback.ts';

/** One line of the log. */
export type LogLine = Readonly<Record<string, unknown>>;

interface Waiting {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A controller that runs as a process of its own. What it does is known by its log, so that no test has to sleep. */
export class RunningSilverback {
  readonly lines: LogLine[] = [];
  readonly #child: ChildProcess;
  readonly #stderr: () => string;
  readonly #closed: Promise<number | null>;
  #waiting: Waiting[] = [];

  /** @param settingsFile - path of the settings file */
  constructor(settingsFile: string, args: readonly string[] = [], options: SpawnOptions = {}) {
    this.#child = spawnSilverback(['run', '--config', settingsFile, ...args], options);
    this.#stderr = collect(this.#child.stderr);
    if (this.#child.stdout) {
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        this.lines.push(JSON.parse(line) as LogLine);
        this.#check();
      });
    }
    this.#closed = once(this.#child, 'close').then(([code]) => {
      const ended = new Error(`silverback has ended with ${String(code)}: ${this.#stderr()}`);
      for (const { reject } of this.#waiting.splice(0)) reject(ended);
      return code as number | null;
    });
  }

  /** What it wrote to stderr so far. */
  get stderr(): string {
    return this.#stderr();
  }

  /** Resolves once `isDone` is true; asked now and after each line of the log. */
  async until(isDone: () => boolean): Promise<void> {
    if (isDone()) return;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ isDone, resolve, reject });
    });
  }

  /** Resolves with the first line, from index `from` on, that has all of these fields. */
  async line(fields: LogLine, from = 0): Promise<LogLine> {
    const find = (): LogLine | undefined =>
      this.lines
        .slice(from)
        .find((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
    await this.until(() => find() !== undefined);
    return find() ?? {};
  }

  /** Asks the health server. */
  async health(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const { port } = await this.line({ event: 'health-served' });
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: response.status, body: await response.text() };
  }

  /** Sends a signal and resolves with the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#closed;
  }

  #check(): void {
    const done = this.#waiting.filter(({ isDone }) => isDone());
    this.#waiting = this.#waiting.filter((waiting) => !done.includes(waiting));
    for (const { resolve } of done) resolve();
  }
}
