import { VirtualClock, type Cancel } from '@silverback/clock';
import type { BackendContext, ServiceEndpoints, ServiceName, ServiceState } from '../index.ts';

export const secure: BackendContext = { fleet: 'edge', insecure: false, directory: '/etc/silverback' };
export const insecure: BackendContext = { ...secure, insecure: true };

/** A cluster whose one Service a test sets by hand. */
export class HandCluster implements ServiceEndpoints {
  readonly followed: ServiceName[] = [];
  ageMs = (): number => 0;
  #state: ServiceState | undefined;
  #notify: (state: ServiceState) => void = () => undefined;

  follow(service: ServiceName, onState: (state: ServiceState) => void): Cancel {
    this.followed.push(service);
    this.#notify = onState;
    if (this.#state) onState(this.#state);
    return () => {
      this.#notify = () => undefined;
    };
  }

  set(state: ServiceState): void {
    this.#state = state;
    this.#notify(state);
  }
}

export function services(clock = new VirtualClock(), endpoints: ServiceEndpoints = new HandCluster()) {
  return { clock, endpoints };
}
