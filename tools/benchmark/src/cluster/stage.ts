import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReceiverFarm, type Held } from '../receivers/farm.ts';
import { ClusterProcess } from './cluster-process.ts';
import { ControllerProcess } from './controller-process.ts';
import { MARKER_DIGITS, MARKER_PREFIX, type ClusterSize } from './objects.ts';

/** An emulated cluster, proxies, and the controller between them. */
export class Stage {
  readonly cluster: ClusterProcess;
  readonly #folder: string;
  readonly #nodeOptions: string;
  /** Path of the file that says how to reach the cluster. */
  readonly kubeconfig: string;
  #farm: ReceiverFarm | undefined;
  #controller: ControllerProcess | undefined;
  #starts = 0;

  private constructor(cluster: ClusterProcess, folder: string, kubeconfig: string, nodeOptions: string) {
    this.#nodeOptions = nodeOptions;
    this.cluster = cluster;
    this.#folder = folder;
    this.kubeconfig = kubeconfig;
  }

  /**
   * Starts a cluster.
   *
   * @param hasStatus - whether the Ingresses show their address already
   * @param nodeOptions - further options of Node for the controller
   */
  static async open(size: ClusterSize, hasStatus: boolean, nodeOptions = ''): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'silverback-benchmark-'));
    const kubeconfig = join(folder, 'kubeconfig');
    try {
      const cluster = await ClusterProcess.start(size, hasStatus, kubeconfig);
      return new Stage(cluster, folder, kubeconfig, nodeOptions);
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
  }

  get farm(): ReceiverFarm {
    if (this.#farm === undefined) throw new Error('there are no proxies yet');
    return this.#farm;
  }

  get controller(): ControllerProcess {
    if (this.#controller === undefined) throw new Error('the controller was not started yet');
    return this.#controller;
  }

  /** Puts up so many empty proxies in place of those that there were. */
  async setProxies(count: number): Promise<void> {
    await this.#farm?.stop();
    this.#farm = await ReceiverFarm.start({
      count,
      marker: { prefix: MARKER_PREFIX, digits: MARKER_DIGITS },
    });
  }

  /** Starts the controller, with a state that knows nothing. */
  startController(): ControllerProcess {
    this.#starts += 1;
    const folder = join(this.#folder, `controller-${this.#starts}`);
    this.#controller = new ControllerProcess(folder, this.kubeconfig, this.farm, this.#nodeOptions);
    return this.#controller;
  }

  async stopController(): Promise<void> {
    await this.#controller?.stop();
    this.#controller = undefined;
  }

  /** Waits until all proxies hold the same. */
  held(): Promise<Held> {
    return this.unlessEnded(this.farm.hold());
  }

  /** @throws Error if the controller ends before something is done */
  unlessEnded<T>(done: Promise<T>): Promise<T> {
    return Promise.race([done, this.controller.ended]);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.stopController();
    await this.#farm?.stop();
    await this.cluster.stop();
    rmSync(this.#folder, { recursive: true });
  }
}
