import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TOOL_FOLDER } from '../assets.ts';

const CONTROLLER = join(TOOL_FOLDER, '../../apps/controller');

/** The built binary as a process of its own, with a folder for its files. */
export class Controller {
  /** The lines of its log. */
  readonly lines: Readonly<Record<string, unknown>>[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'silverback-suite-'));
  #process: ChildProcess | undefined;

  /**
   * Starts it.
   *
   * @param settings - without the kubeconfig
   * @param kubeconfig - with which it reaches the API server
   */
  start(settings: object, kubeconfig: object): void {
    if (!existsSync(join(CONTROLLER, 'dist/bundle/main.mjs'))) throw new Error('npm run build comes first');
    writeFileSync(join(this.#folder, 'kubeconfig'), JSON.stringify(kubeconfig), { mode: 0o600 });
    const file = join(this.#folder, 'silverback.yaml');
    const base = {
      source: { kubernetes: { kubeconfig: 'kubeconfig' } },
      stateDirectory: 'state',
      health: { address: '127.0.0.1:0' },
    };
    writeFileSync(file, JSON.stringify({ ...base, ...settings }));
    const words = [join(CONTROLLER, 'bin/silverback.mjs'), 'run', '--config', file];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] },
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Readonly<Record<string, unknown>>);
    });
    this.#process = child;
  }

  /** Ends it in order, and removes its files. */
  async close(): Promise<void> {
    if (this.#process?.exitCode === null) {
      this.#process.kill('SIGTERM');
      await once(this.#process, 'exit');
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A kubeconfig for somebody with a token. */
export function kubeconfigFor(server: string, caCertificate: string, user: object): object {
  const authority = Buffer.from(caCertificate).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'suite',
    contexts: [{ name: 'suite', context: { cluster: 'suite', user: 'suite' } }],
    clusters: [{ name: 'suite', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'suite', user }],
  };
}
