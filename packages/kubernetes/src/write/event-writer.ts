import type { Clock } from '@silverback/clock';
import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import type { ResourceReference } from '@silverback/errors';
import type { ResourceEvent } from '@silverback/resource-status';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { microTime } from '../lease/lease-record.ts';
import { CONTROLLER_NAME } from '../source/observed-status.ts';
import { WriteQueue, type WriteEvent, type WriteItem } from './write-queue.ts';

/** What an {@link EventWriter} needs. */
export interface EventWriterOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  /** Names this replica, as in the Lease. */
  readonly instance: string;
  readonly apiVersionOf: (kind: Kind) => string | undefined;
  /** The uid of an object: `kubectl describe` finds events by it. */
  readonly uidOf: (resource: ResourceReference) => string | undefined;
  /** The fence: false on a replica that must not write. */
  readonly mayWrite: () => boolean;
  /** Events a second, after a burst (default 5). */
  readonly perSecond?: number;
  /** Events at once (default 25). */
  readonly burst?: number;
  readonly random?: () => number;
  readonly onEvent?: (event: WriteEvent) => void;
}

interface EventItem extends WriteItem {
  readonly event: ResourceEvent;
}

/** What was written of an event. */
interface Written {
  readonly at: number;
  readonly count: number;
}

/** API servers forget events after an hour; what still holds is told again before. */
const AGAIN_MS = 30 * 60_000;
/** How long it is remembered how often something that is over was told, in ms. */
const FORGET_MS = 60 * 60_000;
/** The API server counts bytes (events.k8s.io/v1). */
const MAX_NOTE_BYTES = 1024;

/**
 * Writes events about resources (events.k8s.io/v1). What says the same about the same object is one event, whose series
 * counts how often it came back; what goes on to hold is told again every half hour.
 */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #queue: WriteQueue<EventItem>;
  readonly #written = new Map<string, Written>();
  #present = new Set<string>();

  constructor(options: EventWriterOptions) {
    this.#options = options;
    const { clock, mayWrite, perSecond = 5, burst = 25, random = Math.random, onEvent } = options;
    this.#queue = new WriteQueue<EventItem>({
      clock,
      random,
      perSecond,
      burst,
      mayWrite,
      isSame: () => true,
      isNeeded: () => true,
      write: ({ event }, signal) => this.#write(event, signal),
      onEvent: onEvent ?? (() => undefined),
    });
  }

  /** Tells what holds now, in its own time. */
  write(events: readonly ResourceEvent[]): void {
    const now = this.#options.clock.now();
    for (const [key, { at }] of this.#written) {
      if (!this.#present.has(key) && now - at > FORGET_MS) this.#written.delete(key);
    }
    const due = events.filter(({ key }) => {
      const written = this.#written.get(key);
      return !this.#present.has(key) || written === undefined || now - written.at >= AGAIN_MS;
    });
    this.#present = new Set(events.map(({ key }) => key));
    this.#queue.replace(due.map((event) => ({ key: event.key, kind: 'Event', event })));
  }

  /** Waits until everything is told, but no longer than `limitMs`. */
  flush(limitMs: number): Promise<void> {
    return this.#queue.flush(limitMs);
  }

  /** Drops what waits; nothing is written after it resolves. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #write(event: ResourceEvent, signal: AbortSignal): Promise<void> {
    const known = this.#written.get(event.key);
    try {
      const count =
        known === undefined
          ? await this.#create(event, signal)
          : await this.#repeat(event, known.count, signal);
      this.#written.set(event.key, { at: this.#options.clock.now(), count });
    } catch (error) {
      // No events can be made in a namespace that is going away, and nobody would read them.
      if (isRefusal(error, 403) && error.message.includes('being terminated')) return;
      throw error;
    }
  }

  async #create(event: ResourceEvent, signal: AbortSignal): Promise<number> {
    const { http } = this.#options;
    try {
      await http.json({ method: 'POST', path: collectionOf(event), body: this.#bodyOf(event), signal });
      return 1;
    } catch (error) {
      if (!isRefusal(error, 409)) throw error;
    }
    // Told by a predecessor: it goes on where that one ended.
    const path = `${collectionOf(event)}/${nameOf(event)}`;
    const { series } = (await http.json({ path, signal })) as {
      readonly series?: { readonly count?: number } | null;
    };
    return await this.#repeat(event, series?.count ?? 1, signal);
  }

  async #repeat(event: ResourceEvent, before: number, signal: AbortSignal): Promise<number> {
    const { http, clock } = this.#options;
    const count = before + 1;
    try {
      await http.json({
        method: 'PATCH',
        path: `${collectionOf(event)}/${nameOf(event)}`,
        body: { series: { count, lastObservedTime: microTime(clock.date()) } },
        contentType: 'application/merge-patch+json',
        signal,
      });
      return count;
    } catch (error) {
      if (!isRefusal(error, 404)) throw error;
      return await this.#create(event, signal);
    }
  }

  #bodyOf(event: ResourceEvent): object {
    const { clock, instance, apiVersionOf, uidOf } = this.#options;
    const { resource, type, reason, note } = event;
    const kind = resource.kind as Kind;
    const uid = resource.uid ?? uidOf(resource);
    return {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: nameOf(event), namespace: namespaceOf(event) },
      eventTime: microTime(clock.date()),
      reportingController: CONTROLLER_NAME,
      reportingInstance: instance.slice(0, 128),
      action: 'Program',
      reason,
      type,
      note: shortened(note),
      regarding: {
        apiVersion: apiVersionOf(kind) ?? RESOURCE_TYPES[kind].apiVersions[0],
        kind,
        name: resource.name,
        ...(resource.namespace !== '' && { namespace: resource.namespace }),
        ...(uid !== undefined && uid !== '' && { uid }),
      },
    };
  }
}

function collectionOf(event: ResourceEvent): string {
  return `/apis/events.k8s.io/v1/namespaces/${namespaceOf(event)}/events`;
}

/** Events about cluster-scoped objects stand in `default`. */
function namespaceOf({ resource }: ResourceEvent): string {
  return resource.namespace === '' ? 'default' : resource.namespace;
}

/** The same for every replica, so that one goes on with what another has told. */
function nameOf({ resource, key }: ResourceEvent): string {
  return `${resource.name.slice(0, 200)}.${key}`;
}

function shortened(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= MAX_NOTE_BYTES) return note;
  // Three bytes for the ellipsis; a character that was cut in two goes too.
  return `${bytes
    .subarray(0, MAX_NOTE_BYTES - 3)
    .toString()
    .replace(/\uFFFD+$/, '')}…`;
}
