import type { ServerResponse } from 'node:http';
import type { Cancel, Clock } from '@silverback/clock';
import type { ApiFailure } from '../api-failure.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import type { Collection, CollectionListener, StoreEvent } from '../store/collection.ts';
import { decode, encode, type Stored } from '../store/stored.ts';
import type { View } from './accept.ts';
import { writeAll } from './exchange.ts';
import type { LineEncoder } from './line-encoder.ts';
import type { Selection } from './selection.ts';
import type { WatchRequest } from './watch-request.ts';

/** What a {@link WatchStream} needs. */
export interface WatchStreamOptions {
  readonly kind: Kind;
  readonly collection: Collection;
  readonly selection: Selection;
  readonly request: WatchRequest;
  readonly view: View;
  readonly lines: LineEncoder;
  readonly clock: Clock;
  /** The revision of the last write. */
  readonly revision: () => number;
  /** How often a bookmark tells the revision, in ms. */
  readonly bookmarkMs: number;
  readonly response: ServerResponse;
}

/** A watch that was asked for shortly before its end hears the revision once more, as by the API server. */
const LAST_BOOKMARK_MS = 2_000;

/** One watch: lines of JSON, one for each event. */
export class WatchStream implements CollectionListener {
  readonly #options: WatchStreamOptions;
  readonly #timers = new Set<Cancel>();
  readonly #waiting: string[] = [];
  #unlisten: () => void = () => undefined;
  /** What came before is still being written. */
  #isStarting = true;
  #isSilent = false;
  #lineCount = 0;
  #floor = 0;

  constructor(options: WatchStreamOptions) {
    this.#options = options;
  }

  /** Writes what was asked for and has happened, then what happens. The answer must have begun. */
  async run(): Promise<void> {
    const { collection, response, request } = this.#options;
    const before = this.#linesBefore();
    const { since = 0 } = request;
    this.#floor = Math.max(this.#options.revision(), since === Infinity ? 0 : since);
    this.#unlisten = collection.listen(this);
    response.once('close', () => {
      this.#stop();
    });
    response.on('drain', () => {
      this.#flush();
    });
    this.#startTimers();
    // Clients learn from the headers that the watch stands.
    response.flushHeaders();
    await writeAll(response, before);
    if (request.wantsInitialEvents && request.allowsBookmarks) this.#write(this.#bookmark(true));
    this.#isStarting = false;
    this.#flush();
  }

  happened(event: StoreEvent): void {
    const line = event.revision > this.#floor ? this.#lineFor(event) : undefined;
    if (line !== undefined) this.#send(line);
  }

  ended(): void {
    this.end();
  }

  /** Ends the answer as it should end. */
  end(): void {
    if (this.#isSilent) return;
    this.#stop();
    this.#options.response.end();
  }

  /** Cuts the connection. */
  cut(): void {
    this.#options.response.socket?.destroy();
  }

  /** From now on nothing is written, not even the end. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Tells the client that what it has is too old, and ends. */
  expire(failure: ApiFailure): void {
    this.#write(errorLine(failure));
    this.end();
  }

  /** Everything that is to be told before what happens from now on. */
  #linesBefore(): Iterable<string> {
    const { collection, request } = this.#options;
    if (request.since === undefined) return this.#linesOf(collection.current());
    return this.#linesFor(collection.since(request.since));
  }

  *#linesOf(objects: readonly Stored[]): Generator<string> {
    const { selection } = this.#options;
    for (const object of objects) if (selection.selects(object)) yield this.#line('ADDED', object);
  }

  *#linesFor(events: readonly StoreEvent[]): Generator<string> {
    for (const event of events) {
      const line = this.#lineFor(event);
      if (line !== undefined) yield line;
    }
  }

  /** An object comes and goes not only by being made and deleted, but also by how a selector sees it. */
  #lineFor({ type, object, previous, revision }: StoreEvent): string | undefined {
    const { selects } = this.#options.selection;
    const was = previous !== undefined && selects(previous);
    const is = type !== 'DELETED' && selects(object);
    if (is) return this.#line(was ? 'MODIFIED' : 'ADDED', object);
    if (!was) return undefined;
    if (type === 'DELETED') return this.#line('DELETED', object);
    const { selectableFields } = this.#options.kind;
    return this.#line('DELETED', encode(decode(previous), revision, selectableFields));
  }

  #line(type: string, object: Stored): string {
    const { kind, view, lines } = this.#options;
    this.#lineCount += 1;
    return lines.line(type, kind, object, view, this.#lineCount === 1);
  }

  #bookmark(isEndOfInitialEvents: boolean): string {
    const { kind, revision } = this.#options;
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    return `${JSON.stringify({
      type: 'BOOKMARK',
      object: {
        kind: kind.kind,
        apiVersion: apiVersionOf(kind),
        metadata: {
          resourceVersion: String(this.#isStarting ? this.#floor : revision()),
          creationTimestamp: null,
          ...(isEndOfInitialEvents && { annotations }),
        },
      },
    })}\n`;
  }

  #startTimers(): void {
    const { clock, request, bookmarkMs } = this.#options;
    this.#after(request.timeoutMs, () => {
      this.end();
    });
    if (!request.allowsBookmarks) return;
    const repeat = (): void => {
      this.#tellRevision();
      this.#after(bookmarkMs, repeat);
    };
    this.#after(bookmarkMs, repeat);
    if (request.timeoutMs > LAST_BOOKMARK_MS)
      this.#timers.add(
        clock.schedule(request.timeoutMs - LAST_BOOKMARK_MS, () => {
          this.#tellRevision();
        }),
      );
  }

  #after(ms: number, action: () => void): void {
    const cancel = this.#options.clock.schedule(ms, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
  }

  #tellRevision(): void {
    if (!this.#isStarting) this.#send(this.#bookmark(false));
  }

  #send(line: string): void {
    if (this.#isStarting || this.#options.response.writableNeedDrain) this.#waiting.push(line);
    else this.#write(line);
  }

  #flush(): void {
    if (this.#isStarting || this.#waiting.length === 0) return;
    this.#write(this.#waiting.splice(0).join(''));
  }

  #write(text: string): void {
    const { response } = this.#options;
    if (!this.#isSilent && !response.destroyed && !response.writableEnded) response.write(text);
  }

  #stop(): void {
    this.#unlisten();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}

/** A failure as a line of a watch. */
export function errorLine(failure: ApiFailure): string {
  return `${JSON.stringify({ type: 'ERROR', object: failure.status })}\n`;
}
