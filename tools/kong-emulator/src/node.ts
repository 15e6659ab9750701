import { createHash, randomInt, randomUUID } from 'node:crypto';
import type { Entities } from './declarative/entities.ts';
import type { RouterFlavor } from './emulator.ts';
import { KeepalivePool } from './proxy/keepalive-pool.ts';
import { ProxyTable } from './proxy/table.ts';

/** The hash of a node without configuration. */
export const ZERO_HASH = '0'.repeat(32);
const NOTHING: Entities = new Map();

/** What doesn't change in the life of a node. */
export interface NodeSettings {
  readonly workers: number;
  readonly flavor: RouterFlavor;
  readonly keepalivePoolSize: number;
}

/** What an emulated Kong knows: its identity and its configuration. */
export class KongNode {
  readonly #workers: number;
  readonly #flavor: RouterFlavor;
  readonly #keepalivePoolSize: number;
  #pool: KeepalivePool;
  #id = randomUUID();
  #workerPids: readonly number[];
  #entities: Entities = NOTHING;
  #hash = ZERO_HASH;
  #table: ProxyTable;
  #draining = false;

  constructor({ workers, flavor, keepalivePoolSize }: NodeSettings) {
    this.#workers = workers;
    this.#flavor = flavor;
    this.#keepalivePoolSize = keepalivePoolSize;
    this.#pool = new KeepalivePool(keepalivePoolSize);
    this.#table = new ProxyTable(NOTHING, flavor);
    this.#workerPids = consecutive(randomInt(1000, 30_000), workers);
  }

  get id(): string {
    return this.#id;
  }

  get workerPids(): readonly number[] {
    return this.#workerPids;
  }

  get masterPid(): number {
    return (this.#workerPids[0] ?? 1) - 1;
  }

  get hash(): string {
    return this.#hash;
  }

  get entities(): Entities {
    return this.#entities;
  }

  /** What the proxy port works with: may be older than `entities`. */
  get table(): ProxyTable {
    return this.#table;
  }

  /** The open connections to services. */
  get pool(): KeepalivePool {
    return this.#pool;
  }

  get draining(): boolean {
    return this.#draining;
  }

  drain(): void {
    this.#draining = true;
  }

  /** Takes a configuration. One without entities leaves the hash at zeros. */
  commit(entities: Entities, hash: string): void {
    this.#entities = entities;
    this.#hash = entities.size === 0 ? ZERO_HASH : hash;
  }

  /** Makes the proxy port work with the current entities. */
  activate(): void {
    if (this.#table.entities !== this.#entities) this.#table = new ProxyTable(this.#entities, this.#flavor);
  }

  empty(): void {
    this.commit(NOTHING, ZERO_HASH);
    this.activate();
  }

  /** New worker processes; a wiped node is another node. */
  restart(wipe: boolean): void {
    const last = this.#workerPids.at(-1) ?? 1000;
    this.#workerPids = consecutive(last + 2, this.#workers);
    this.#draining = false;
    this.#pool = new KeepalivePool(this.#keepalivePoolSize);
    if (wipe) {
      this.#id = randomUUID();
      this.empty();
    }
    this.activate();
  }
}

function consecutive(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, position) => first + position);
}

/** MD5 in hex. */
export function md5(content: string | Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}
