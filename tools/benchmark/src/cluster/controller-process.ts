import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SERVER_NAME, type ReceiverFarm } from '../receivers/farm.ts';
import { PUBLISHED_ADDRESS } from './objects.ts';

const BINARY = fileURLToPath(new URL('../../../../../apps/controller/bin/silverback.mjs', import.meta.url));
const LINES_KEPT = 50;

/** Memory of a process as its kernel counts it. */
export interface Memory {
  readonly rssMb: number;
  /** The most it ever was. */
  readonly peakRssMb: number;
}

/** The real, bundled controller as a process, with its sources in an emulated cluster and receivers as its proxies. */
export class ControllerProcess {
  /** When it was started, in ms since the epoch. */
  readonly startedAtMs: number;
  /** What it said last. */
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  /**
   * Starts it, as a user does: the first line of the program says how Node is to run it.
   *
   * @param folder - an empty one, for its settings and its state
   * @param kubeconfig - path of a file
   * @param nodeOptions - further options of Node, as in the variable NODE_OPTIONS
   */
  constructor(folder: string, kubeconfig: string, farm: ReceiverFarm, nodeOptions: string) {
    const settings = writeSettings(folder, kubeconfig, farm);
    this.startedAtMs = Date.now();
    this.#child = spawn(BINARY, ['run', '--config', settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folder,
      env: environment(nodeOptions),
    });
    this.#ended = once(this.#child, 'exit').then(() => {
      throw new Error(`the controller has ended:\n${this.lines.join('\n')}`);
    });
    // Nobody may be waiting when it is ended on purpose.
    this.#ended.catch(() => undefined);
    // It knows nothing of this process, and must not outlive it.
    process.once('exit', () => this.#child.kill('SIGKILL'));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > LINES_KEPT) this.lines.shift();
      });
    }
  }

  /** Never resolves; rejects when the process ends, with what it said last. */
  get ended(): Promise<never> {
    return this.#ended;
  }

  /** From `/proc`: so on Linux only. */
  memory(): Memory {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const field = (name: string): number =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
    return { rssMb: field('VmRSS'), peakRssMb: field('VmHWM') };
  }

  /** CPU time used so far, in ms. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    // utime and stime, in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the controller could not be started');
    return pid;
  }
}

function writeSettings(folder: string, kubeconfig: string, { pki, ports }: ReceiverFarm): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const tls = {
    caFile: write('ca.crt', pki.ca.certificate),
    certFile: write('tls.crt', pki.client.certificate),
    keyFile: write('tls.key', pki.client.key),
    serverName: SERVER_NAME,
  };
  const proxies = ports.map((port) => `https://127.0.0.1:${port}`);
  const settings = {
    source: { kubernetes: { kubeconfig } },
    stateDirectory: join(folder, 'state'),
    leaderElection: { leaseNamespace: 'default' },
    status: { publishAddresses: [PUBLISHED_ADDRESS] },
    health: { address: '127.0.0.1:0' },
    fleets: [{ name: 'edge', discovery: [{ static: { proxies } }], adminApi: { tls } }],
  };
  return write('silverback.json', JSON.stringify(settings));
}

/** The controller takes settings from its environment; those of the benchmark are in its file. */
function environment(nodeOptions: string): NodeJS.ProcessEnv {
  const { PATH = '', ...others } = process.env;
  const kept = Object.entries(others).filter(([name]) => !name.startsWith('SILVERBACK_'));
  return {
    ...Object.fromEntries(kept),
    PATH: `${dirname(process.execPath)}${delimiter}${PATH}`,
    NODE_OPTIONS: nodeOptions,
  };
}
