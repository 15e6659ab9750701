import type { ProxyMember } from '@silverback/discovery';
import type { AdminApi } from '@silverback/kong-admin';

/** What a proxy is reached by. */
export interface ProxyConnectionOptions {
  readonly proxy: ProxyMember;
  readonly connect: (proxy: ProxyMember) => AdminApi;
  /** Told that the proxy ended the connections while nobody was asking it: a question that is under way tells by itself. */
  readonly onBroken: () => void;
  /** How often it is told at most, in ms. */
  readonly everyMs: number;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/** The client of one proxy's Admin API, made anew after it was given up. */
export class ProxyConnection {
  readonly #options: ProxyConnectionOptions;
  #client: AdminApi | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** Set while the proxy is being asked. */
  isAsking = false;

  constructor(options: ProxyConnectionOptions) {
    this.#options = options;
  }

  /** The client. Throws when the proxy must not be talked to, as without a TLS identity. */
  client(): AdminApi {
    if (this.#client === undefined) {
      const client = this.#options.connect(this.#options.proxy);
      client.onDisconnect?.(() => {
        if (client === this.#client && !this.isAsking) this.#tell();
      });
      this.#client = client;
    }
    return this.#client;
  }

  /** Names the connections that stand: see `AdminApi.standing`. */
  standing(): string | undefined {
    return this.#client?.standing?.();
  }

  /** Ends the connections, those of a request without an answer too. */
  async close(): Promise<void> {
    const old = this.#client;
    this.#client = undefined;
    await old?.close();
  }

  #tell(): void {
    const { onBroken, everyMs, now } = this.#options;
    if (now() - this.#toldAt < everyMs) return;
    this.#toldAt = now();
    onBroken();
  }
}
