import type { Clock } from '@silverback/clock';
import { ApiFailure } from '../api-failure.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Store } from '../store/store.ts';
import { isMeant, type RequestFilter, type UserRequest } from '../traffic.ts';
import type { View } from './accept.ts';
import type { Exchange } from './exchange.ts';
import { LineEncoder } from './line-encoder.ts';
import { readSelection } from './selection.ts';
import type { Views } from './view.ts';
import { readWatchRequest, type WatchPolicy } from './watch-request.ts';
import { errorLine, WatchStream } from './watch-stream.ts';

/** What {@link Watches} need. */
export interface WatchesOptions {
  readonly store: Store;
  readonly views: Views;
  readonly clock: Clock;
  readonly bookmarkMs: number;
  readonly policy: WatchPolicy;
  /** A watch from a revision that is forgotten is answered with status 410, not with an event in the watch. */
  readonly refusesExpired: boolean;
  /** Called when a watch has begun or ended. */
  readonly onChange: () => void;
}

/** A watch that is asked for. */
export interface WatchCall {
  readonly exchange: Exchange;
  readonly request: UserRequest;
  readonly kind: Kind;
  readonly view: View;
  readonly isSilent: boolean;
}

/** All watches that stand. */
export class Watches {
  readonly #options: WatchesOptions;
  readonly #lines: LineEncoder;
  readonly #open = new Map<WatchStream, UserRequest>();

  constructor(options: WatchesOptions) {
    this.#options = options;
    this.#lines = new LineEncoder(options.views);
  }

  /** The watches that are meant. */
  matching(filter: RequestFilter): readonly WatchStream[] {
    return [...this.#open].filter(([, request]) => isMeant(filter, request)).map(([stream]) => stream);
  }

  /**
   * Answers a watch; resolves when it stands.
   *
   * @throws ApiFailure for a query that can't be served
   */
  async serve(call: WatchCall): Promise<void> {
    const { exchange, request, kind, view } = call;
    const { store, clock, bookmarkMs, policy } = this.#options;
    const collection = store.collection(kind.storage);
    const watch = readWatchRequest(exchange.query, policy);
    const selection = readSelection(kind, request, exchange.query);
    const expired =
      watch.since === undefined ? undefined : failureOf(() => collection.since(watch.since ?? 0));
    if (expired) {
      this.#refuse(exchange, expired);
      return;
    }
    const stream = new WatchStream({
      kind,
      collection,
      selection,
      request: watch,
      view,
      lines: this.#lines,
      clock,
      revision: () => store.revision,
      bookmarkMs,
      response: exchange.response,
    });
    if (call.isSilent) stream.silence();
    if (!exchange.begin(200, 'application/json')) return;
    this.#open.set(stream, request);
    exchange.response.once('close', () => {
      this.#open.delete(stream);
      this.#options.onChange();
    });
    const running = stream.run();
    this.#options.onChange();
    await running;
  }

  /** By default the answer begins well, and says within that what was asked for is too old. */
  #refuse(exchange: Exchange, expired: ApiFailure): void {
    if (this.#options.refusesExpired) throw expired;
    if (exchange.begin(200, 'application/json')) exchange.response.end(errorLine(expired));
  }
}

function failureOf(action: () => unknown): ApiFailure | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ApiFailure) return error;
    throw error;
  }
}
