import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '@silverback/clock';
import type { Code } from '@silverback/errors';
import type { MembershipSnapshot, ProxyDiscovery, ProxyMember } from './contract.ts';
import type { ProxyAddress } from './proxy-url.ts';
import { readProxyFile } from './proxy-list.ts';

/** Reading a small file is cheaper than knowing every way in which a file system does not tell of changes. */
const LOOK_EVERY_MS = 1000;

/** What a {@link StaticFileDiscovery} needs. */
export interface StaticFileOptions {
  readonly origin: string;
  /** Absolute. */
  readonly path: string;
  readonly insecure: boolean;
  readonly clock: Clock;
  readonly memberOf: (proxy: ProxyAddress) => ProxyMember;
}

/** The text of the file, or the reason why there is none. */
type Reading = { readonly text: string } | { readonly reason: string };

/**
 * Proxies listed in a file, which is looked at every second. A change counts when two looks in a row see the same, so
 * that a list that is being written does not. A bad list leaves the last good one in force.
 */
export class StaticFileDiscovery implements ProxyDiscovery {
  readonly #options: StaticFileOptions;
  #report: (snapshot: MembershipSnapshot) => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #cancel: Cancel = () => undefined;
  #running = true;
  #seen: Reading | undefined;
  #members: readonly ProxyMember[] = [];
  #reported: MembershipSnapshot | undefined;

  constructor(options: StaticFileOptions) {
    this.#options = options;
  }

  async start(report: (snapshot: MembershipSnapshot) => void): Promise<void> {
    this.#report = report;
    this.#looking = this.#look();
    await this.#looking;
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const reading = await this.#read();
    if (!this.#running) return;
    const isSettled = this.#seen === undefined || isDeepStrictEqual(reading, this.#seen);
    this.#seen = reading;
    if (isSettled) this.#tell(this.#take(reading));
    this.#cancel = this.#options.clock.schedule(LOOK_EVERY_MS, () => {
      this.#looking = this.#look();
    });
  }

  async #read(): Promise<Reading> {
    try {
      return { text: await readFile(this.#options.path, 'utf8') };
    } catch (error) {
      return { reason: error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason' };
    }
  }

  #take(reading: Reading): MembershipSnapshot {
    const { origin, path, insecure, memberOf } = this.#options;
    if ('reason' in reading) {
      return this.#failing('ProxyListUnreadable', `${path} cannot be read: ${reading.reason}`);
    }
    const list = readProxyFile(reading.text, path, insecure);
    if (!list.ok) {
      const mistakes = list.issues.map((issue) => `${issue.path} ${issue.message}`.trim()).join('; ');
      return this.#failing('ProxyListInvalid', `${path}: ${mistakes}`);
    }
    this.#members = list.proxies.map(memberOf).sort((a, b) => (a.key < b.key ? -1 : 1));
    return { origin, members: this.#members, health: { state: 'ok' } };
  }

  #failing(code: Code, message: string): MembershipSnapshot {
    const { origin } = this.#options;
    return { origin, members: this.#members, health: { state: 'failing', code, message } };
  }

  #tell(snapshot: MembershipSnapshot): void {
    if (isDeepStrictEqual(snapshot, this.#reported)) return;
    this.#reported = snapshot;
    this.#report(snapshot);
  }
}
