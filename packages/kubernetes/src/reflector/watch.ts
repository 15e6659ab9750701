import type { Clock } from '@silverback/clock';
import { SilverbackError } from '@silverback/errors';
import { ApiRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { selectorsOf, type ApiObject, type Collection, type WatchLine } from './api-object.ts';

/** One event of a watch. */
export interface WatchEvent<T> {
  readonly type: 'upsert' | 'delete';
  readonly item: T;
  /** `namespace/name` of the object. */
  readonly name: string;
  readonly resourceVersion: string;
}

/** What came in one piece; nothing in the first one, which says that the watch stands. */
export interface WatchBatch<T> {
  readonly events: readonly WatchEvent<T>[];
  /** Where to go on. */
  readonly resourceVersion: string;
  /** Everything that there was when the watch began has come by now; only where that was asked for. */
  readonly isWhole?: boolean;
}

/** What {@link watchOnce} needs. */
export interface WatchOptions<T> {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly collection: Collection;
  readonly project: (object: ApiObject) => T;
  /** Told how many bytes have come, as they come. */
  readonly onBytes?: ((count: number) => void) | undefined;
  /** What is known already; undefined to be told of everything that there is first, as a list would (KEP-3157). */
  readonly resourceVersion: string | undefined;
  /** After how long the API server is to end the watch, in s. */
  readonly seconds: number;
  /** How long silence is borne, in ms. */
  readonly idleMs: number;
  /** Ends the watch. */
  readonly abort: AbortController;
}

/**
 * Watches a collection once, until the API server ends it or it is aborted.
 *
 * @throws ApiRefusal 410 where the API server no longer knows the resource version
 * @throws SilverbackError as `KubeHttp.lines`; after too long a silence `KubernetesUnreachable`
 */
export async function* watchOnce<T>(options: WatchOptions<T>): AsyncGenerator<WatchBatch<T>, void, void> {
  const { http, clock, collection, seconds, idleMs, abort } = options;
  let resourceVersion = options.resourceVersion ?? '';
  const silent = new WatchSilence(collection.path, idleMs);
  const giveUp = (): void => {
    abort.abort(silent);
  };
  let cancel = clock.schedule(idleMs, giveUp);
  const query = {
    ...selectorsOf(collection),
    watch: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(seconds),
    ...(options.resourceVersion === undefined ? INITIAL_EVENTS : { resourceVersion }),
  };
  const { path, accept } = collection;
  const request = {
    path,
    query,
    signal: abort.signal,
    onBytes: options.onBytes,
    ...(accept !== undefined && { accept: accept.watch }),
  };
  try {
    for await (const lines of http.lines(request)) {
      cancel();
      cancel = clock.schedule(idleMs, giveUp);
      let events: WatchEvent<T>[] = [];
      for (const line of lines) {
        const event = readLine(line, collection, options.project);
        resourceVersion = event.resourceVersion;
        if (event.type !== 'bookmark') events.push(event);
        else if (event.isWhole) {
          yield { events, resourceVersion, isWhole: true };
          events = [];
        }
      }
      yield { events, resourceVersion };
    }
  } catch (error) {
    if (abort.signal.reason === silent) throw silent;
    // Ended by whoever reads it.
    if (!abort.signal.aborted) throw error;
  } finally {
    cancel();
  }
}

/** A watch that said nothing for too long: its connection may be dead. */
export class WatchSilence extends SilverbackError {
  /** @param idleMs - how long it said nothing */
  constructor(path: string, idleMs: number) {
    super('KubernetesUnreachable', {
      message: `The watch said nothing for ${Math.round(idleMs / 1000)} s.`,
      where: `GET ${path}`,
    });
  }
}

const INITIAL_EVENTS = { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' };
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

type LineEvent<T> =
  WatchEvent<T> | { readonly type: 'bookmark'; readonly resourceVersion: string; readonly isWhole: boolean };

function readLine<T>(line: string, { path }: Collection, project: (object: ApiObject) => T): LineEvent<T> {
  const { type, object } = parse(line, path);
  const { resourceVersion = '', namespace = '', annotations } = object.metadata ?? {};
  const name = `${namespace}/${object.metadata?.name ?? ''}`;
  switch (type) {
    case 'ERROR':
      throw new ApiRefusal(`GET ${path}`, object.code ?? 500, object.message ?? 'the watch failed');
    case 'BOOKMARK':
      return { type: 'bookmark', resourceVersion, isWhole: annotations?.[INITIAL_EVENTS_END] === 'true' };
    case 'DELETED':
      return { type: 'delete', item: project(object), name, resourceVersion };
    default:
      return { type: 'upsert', item: project(object), name, resourceVersion };
  }
}

function parse(line: string, path: string): WatchLine {
  try {
    return JSON.parse(line) as WatchLine;
  } catch (error) {
    throw new SilverbackError('KubernetesAnswerInvalid', {
      message: 'A line of a watch is not JSON.',
      where: `GET ${path}`,
      cause: error,
    });
  }
}
