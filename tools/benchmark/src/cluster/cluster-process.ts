import type { ChildProcess } from 'node:child_process';
import { nextMessage, startChild, stopChild } from '../child.ts';
import type { ClusterSize } from './objects.ts';
import type { ClusterRequest, ClusterTraffic, ClusterUsage, ReplyTo } from './protocol.ts';

/** An emulated API server in a process of its own. One question at a time. */
export class ClusterProcess {
  /** How many objects were put in, and how long their JSON is, in bytes. */
  readonly content: { readonly objects: number; readonly bytes: number };
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, content: ClusterProcess['content']) {
    this.#child = child;
    this.content = content;
  }

  /**
   * @param hasStatus - whether the Ingresses show their address already
   * @param kubeconfig - the file that gets a kubeconfig
   */
  static async start(size: ClusterSize, hasStatus: boolean, kubeconfig: string): Promise<ClusterProcess> {
    const child = startChild(new URL('./cluster-main.js', import.meta.url), ['--max-old-space-size=4096']);
    const { objects, bytes } = await ask(child, { type: 'load', size, hasStatus, kubeconfig });
    return new ClusterProcess(child, { objects, bytes });
  }

  async reset(): Promise<void> {
    await ask(this.#child, { type: 'reset' });
  }

  traffic(): Promise<ClusterTraffic> {
    return ask(this.#child, { type: 'traffic' });
  }

  usage(): Promise<ClusterUsage> {
    return ask(this.#child, { type: 'usage' });
  }

  change(perSecond: number, seconds: number, seed: number): Promise<ReplyTo<'change'>> {
    return ask(this.#child, { type: 'change', perSecond, seconds, seed });
  }

  async changeIngresses(round: number): Promise<void> {
    await ask(this.#child, { type: 'change-ingresses', round });
  }

  async stop(): Promise<void> {
    await stopChild(this.#child);
  }
}

async function ask<R extends ClusterRequest>(child: ChildProcess, request: R): Promise<ReplyTo<R['type']>> {
  const reply = nextMessage(child) as Promise<ReplyTo<R['type']>>;
  child.send(request);
  return reply;
}
