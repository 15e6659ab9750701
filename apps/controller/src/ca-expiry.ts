import type { Cancel, Clock } from '@silverback/clock';
import {
  keyOf,
  type ClusterState,
  type ResourceChange,
  type ResourceKey,
  type ResourceRecord,
} from '@silverback/cluster-state';
import { caCertificateEnd } from '@silverback/translation';

/**
 * No wait is longer, in ms: a machine may sleep and its clock may be set, so that the end comes earlier than it was
 * reckoned, and timers of Node.js end after 24.8 days.
 */
const LONGEST_WAIT_MS = 3_600_000;

export interface CaExpiryOptions {
  readonly clock: Clock;
  readonly state: ClusterState;
  /** Called when it is time to ask what has expired. */
  readonly onDue: () => void;
}

/** Brings the time into what is known of CA certificates: the one place where they meet the clock. */
export class CaExpiry {
  readonly #options: CaExpiryOptions;
  /** When CA certificates expire, in ms since 1970, without those that were told of. */
  readonly #ends = new Map<ResourceKey, number>();
  #cancel: Cancel = () => undefined;

  constructor(options: CaExpiryOptions) {
    this.#options = options;
  }

  /** The whole content of a source as it is to be taken over now: see {@link atTime}. Ends of before are forgotten. */
  allTaken(resources: readonly ResourceRecord[]): readonly ResourceRecord[] {
    this.#ends.clear();
    const now = this.#options.clock.date();
    return resources.map((resource) => this.#taken(resource, now));
  }

  /** Changes of a source as they are to be taken over now: see {@link atTime}. */
  taken(changes: readonly ResourceChange[]): readonly ResourceChange[] {
    const now = this.#options.clock.date();
    return changes.map((change) => {
      if (change.type === 'upsert') return { ...change, resource: this.#taken(change.resource, now) };
      this.#ends.delete(change.key);
      return change;
    });
  }

  /** What has expired since it was taken over, to be applied to the state. The next that expires is waited for. */
  expired(): readonly ResourceChange[] {
    const { clock, state, onDue } = this.#options;
    this.#cancel();
    const now = clock.date();
    const due = [...this.#ends].filter(([, end]) => end < now.getTime()).map(([key]) => key);
    for (const key of due) this.#ends.delete(key);
    if (this.#ends.size > 0) {
      const wait = Math.min(...this.#ends.values()) + 1 - now.getTime();
      this.#cancel = clock.schedule(Math.min(wait, LONGEST_WAIT_MS), onDue);
    }
    return due.flatMap((key) => {
      const [kind, namespace = '', name = ''] = key.split('/');
      const record = kind === 'Secret' || kind === 'ConfigMap' ? state.get(kind, namespace, name) : undefined;
      return record === undefined ? [] : [{ type: 'upsert', resource: atTime(record, now) }];
    });
  }

  /** Ends waiting. */
  stop(): void {
    this.#cancel();
  }

  #taken(resource: ResourceRecord, now: Date): ResourceRecord {
    if (resource.kind !== 'Secret' && resource.kind !== 'ConfigMap') return resource;
    const end = caCertificateEnd(resource);
    if (end === undefined) this.#ends.delete(keyOf(resource));
    else this.#ends.set(keyOf(resource), end.getTime());
    return atTime(resource, now);
  }
}

/** A record as it is at some time: one whose CA certificate has expired says so. */
export function atTime(resource: ResourceRecord, now: Date): ResourceRecord {
  if (resource.kind !== 'Secret' && resource.kind !== 'ConfigMap') return resource;
  const end = caCertificateEnd(resource);
  return end !== undefined && end < now ? { ...resource, hasExpired: true } : resource;
}
