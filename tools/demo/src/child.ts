import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What to run. */
export interface ChildSpec {
  /** Shown to people, as in `proxy a`. */
  readonly name: string;
  /** The script that Node runs. */
  readonly script: string;
  readonly words: readonly string[];
  /** All that the process writes goes there. */
  readonly logFile: string;
}

const LINES_KEPT = 400;
const LEASH = new URL('./leash.js', import.meta.url);

/** A Node process that belongs to the demo and ends with it. */
export class Child {
  readonly name: string;
  readonly logFile: string;
  /** Settles when the process has ended and all its output was read. */
  readonly exit: Promise<Exit>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #log: WriteStream;
  readonly #firstLine: Promise<string>;
  #ended: Exit | undefined;

  constructor(spec: ChildSpec) {
    this.name = spec.name;
    this.logFile = spec.logFile;
    this.#log = createWriteStream(spec.logFile, { flags: 'a', mode: 0o600 });
    // A process group of its own: Ctrl-C reaches the demo only, which ends its children in order.
    this.#process = spawn(process.execPath, ['--import', LEASH.href, spec.script, ...spec.words], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      env: withoutSettings(process.env),
    });
    this.#firstLine = this.#readLines();
    this.exit = this.#untilClosed();
  }

  /** The process id. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** How the process ended; undefined while it runs. */
  get ended(): Exit | undefined {
    return this.#ended;
  }

  /** The last lines that the process wrote, oldest first. */
  lastLines(count: number): string[] {
    return this.#lines.slice(-count);
  }

  /**
   * The first line on standard output: how the emulators say that they are ready.
   *
   * @throws Error if the process ends, or `limitMs` pass, before there is one
   */
  async ready(limitMs: number): Promise<string> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`${this.name} was not ready within ${limitMs} ms`));
      }, limitMs);
    });
    const early = this.exit.then((exit) => {
      throw new Error(`${this.name} ended while starting (${describeExit(exit)})`);
    });
    try {
      return await Promise.race([this.#firstLine, late, early]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Asks the process to end with SIGTERM, and ends it with SIGKILL if it has not after `graceMs`.
   *
   * @returns how it ended
   */
  async stop(graceMs: number): Promise<Exit> {
    if (this.#ended !== undefined) return this.#ended;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), graceMs);
    try {
      return await this.exit;
    } finally {
      clearTimeout(timer);
    }
  }

  #readLines(): Promise<string> {
    return new Promise((resolve) => {
      for (const stream of [this.#process.stdout, this.#process.stderr]) {
        if (stream === null) continue;
        createInterface({ input: stream }).on('line', (line) => {
          this.#lines.push(line);
          if (this.#lines.length > LINES_KEPT) this.#lines.shift();
          this.#log.write(`${line}\n`);
          if (stream === this.#process.stdout) resolve(line);
        });
      }
    });
  }

  #untilClosed(): Promise<Exit> {
    return new Promise((resolve, reject) => {
      this.#process.on('error', reject);
      this.#process.on('close', (code, signal) => {
        this.#ended = { code, signal };
        this.#log.end(() => {
          resolve({ code, signal });
        });
      });
    });
  }
}

/** The controller takes settings from its environment; the demo's are those in its file. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([variable]) => !variable.startsWith('SILVERBACK_')),
  );
}

/** An exit in words: `exit code 1`, `signal SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
}

/** The path of a file beside this program's own. */
export function pathOf(url: URL): string {
  return fileURLToPath(url);
}
