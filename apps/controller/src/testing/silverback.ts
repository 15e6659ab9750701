import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BINARY = fileURLToPath(new URL('../../bin/silverback.mjs', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../dist/bundle/main.mjs', import.meta.url));

/** The end of a command. */
export interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a process. */
export interface SpawnOptions {
  /** Added to an environment that holds nothing but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts the built binary as users do. */
export function spawnSilverback(args: readonly string[], { env, cwd }: SpawnOptions = {}): ChildProcess {
  if (!existsSync(BUNDLE)) throw new Error('apps/controller is not built: npm run build');
  return spawn(process.execPath, [BINARY, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
}

/** Runs a command of the built binary to its end. */
export async function silverback(args: readonly string[], options: SpawnOptions = {}): Promise<Result> {
  const child = spawnSilverback(args, options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** Gathers the text of a stream; the returned function gives what has come so far. */
export function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = '';
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
