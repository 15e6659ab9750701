import type { ChildGroup } from './child-group.ts';
import { emulatorScript } from './emulated-proxy.ts';

/** A running echo backend. */
export interface Backend {
  readonly name: string;
  readonly port: number;
}

const READY_MS = 15_000;

/**
 * Starts an echo backend: it answers each request with what it received and its own name.
 *
 * @param port - 0 for any free port
 */
export async function startBackend(
  group: ChildGroup,
  name: string,
  port: number,
  logFile: string,
): Promise<Backend> {
  const words = ['--name', name, '--port', String(port)];
  const child = group.start({ name, script: emulatorScript('echo-main.js'), words, logFile });
  const { url } = JSON.parse(await child.ready(READY_MS)) as { readonly url: string };
  return { name, port: Number(new URL(url).port) };
}
