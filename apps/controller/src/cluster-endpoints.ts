import type { Cancel } from '@silverback/clock';
import { type ClusterState, indexReadKey, type ReadKey, resourceKey } from '@silverback/cluster-state';
import type { ServiceEndpoints, ServiceName, ServiceState } from '@silverback/discovery';

interface Follower {
  /** What the state of the Service is read from. */
  readonly keys: readonly ReadKey[];
  readonly notify: () => void;
}

/** The Services of the cluster state, for discovery. */
export class ClusterEndpoints implements ServiceEndpoints {
  readonly ageMs: () => number;
  readonly #state: ClusterState;
  readonly #followers = new Set<Follower>();
  #complete = false;

  /** @param ageMs - how long ago the cluster was heard of, in ms; 0 where it comes from files */
  constructor(state: ClusterState, ageMs: () => number = () => 0) {
    this.#state = state;
    this.ageMs = ageMs;
  }

  follow(service: ServiceName, onState: (state: ServiceState) => void): Cancel {
    const follower: Follower = {
      keys: [
        resourceKey('Service', service.namespace, service.name),
        indexReadKey('endpointSlicesByService', `${service.namespace}/${service.name}`),
      ],
      notify: () => {
        onState(this.#read(service));
      },
    };
    this.#followers.add(follower);
    if (this.#complete) follower.notify();
    return () => {
      this.#followers.delete(follower);
    };
  }

  /** Tells followers what has changed. The first call means that the cluster has been read in full. */
  changed(touched: ReadonlySet<ReadKey>): void {
    const isFirst = !this.#complete;
    this.#complete = true;
    for (const { keys, notify } of [...this.#followers]) {
      if (isFirst || keys.some((key) => touched.has(key))) notify();
    }
  }

  #read({ namespace, name }: ServiceName): ServiceState {
    const service = this.#state.get('Service', namespace, name);
    const slices = this.#state.lookUp('endpointSlicesByService', `${namespace}/${name}`);
    return { slices, ...(service && { service }) };
  }
}

/** How long ago anything was heard of the kinds that lead to proxies, in ms; the longest counts. */
export function endpointsAgeMs(
  kinds: readonly { readonly kind: string; readonly ageMs?: number }[] = [],
): number {
  const ages = kinds.filter(({ kind }) => kind === 'Service' || kind === 'EndpointSlice');
  return Math.max(0, ...ages.map(({ ageMs = 0 }) => ageMs));
}
