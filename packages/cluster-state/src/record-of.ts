import type { FileLocation } from '@silverback/errors';

/** What Silverback keeps of an object's metadata. Strings that are not known are empty. */
export interface Metadata {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** Empty where the source knows none, as for most manifests in a directory. */
  readonly uid: string;
  /** RFC 3339 in UTC; empty where the source knows none. */
  readonly creationTimestamp: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** A field that could not be taken as it stands; the part that it belongs to is left out of the record. */
export interface InvalidField {
  /** As in `spec.rules[0].http.paths[1].pathType`. */
  readonly field: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/** What every record has. */
export interface RecordOf<K extends string> {
  readonly kind: K;
  readonly metadata: Metadata;
  /** Where the object stands, if it comes from a file. */
  readonly location?: FileLocation;
  readonly invalidFields: readonly InvalidField[];
  /** Absent where the source knows none. Two records that differ in nothing else are equal: see `ClusterState.apply`. */
  readonly revision?: Revision;
}

/** Which state of the object a record shows, for whoever writes to the object or says what became of it. */
export interface Revision {
  /** Empty where the object has none. */
  readonly resourceVersion: string;
  /** Counts changes of the specification; 0 where the object has none. */
  readonly generation: number;
}
