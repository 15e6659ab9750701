import type { Cancel } from '@silverback/clock';
import type { EndpointSliceRecord, ServiceRecord } from '@silverback/cluster-state';

/** Names a Service. */
export interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

/** A Service and its endpoints at one moment. */
export interface ServiceState {
  /** Absent where there is no such Service. */
  readonly service?: ServiceRecord;
  /** All EndpointSlices whose label `kubernetes.io/service-name` names the Service. */
  readonly slices: readonly EndpointSliceRecord[];
}

/** What discovery needs of the cluster: one Service at a time. */
export interface ServiceEndpoints {
  /**
   * Follows a Service.
   *
   * @param onState - called once when the cluster has been read in full (at once if it has been), and again after each
   *   change of the Service or of one of its slices
   * @returns a function that ends it
   */
  follow(service: ServiceName, onState: (state: ServiceState) => void): Cancel;
  /** How long ago the cluster was heard of, in ms; left out where changes cannot be missed. */
  ageMs?(): number;
}
