/** What a Lease says (coordination.k8s.io/v1), in the words of client-go, whose replicas it can be shared with. */
export interface LeaseRecord {
  /** Who leads; empty when the lease was given back. */
  readonly holder: string;
  /** How long others have to wait after the last renewal that they saw, in ms. */
  readonly durationMs: number;
  /** RFC 3339 with microseconds. */
  readonly acquireTime: string;
  readonly renewTime: string;
  /** How often the lease has changed hands. */
  readonly transitions: number;
  /** The highest resource versions that the holder had taken over, by `Kind` or `Kind/namespace`. */
  readonly applied: Readonly<Record<string, string>>;
  readonly resourceVersion: string;
}

/** Where the holder writes up to which resource versions it has applied everything. */
export const APPLIED_ANNOTATION = 'silverback.dev/applied-resource-versions';

interface LeaseObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly resourceVersion?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [other: string]: unknown;
  };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseTransitions?: number | null;
  };
}

/** Reads a Lease object of the API server; what is missing counts as never said. */
export function readLease(object: unknown): LeaseRecord {
  const { metadata, spec } = object as LeaseObject;
  return {
    holder: spec?.holderIdentity ?? '',
    durationMs: (spec?.leaseDurationSeconds ?? 0) * 1000,
    acquireTime: spec?.acquireTime ?? '',
    renewTime: spec?.renewTime ?? '',
    transitions: spec?.leaseTransitions ?? 0,
    applied: readApplied(metadata.annotations?.[APPLIED_ANNOTATION]),
    resourceVersion: metadata.resourceVersion ?? '',
  };
}

/**
 * Writes a record into a Lease object.
 *
 * @param existing - the object as it was read, whose other fields stay; undefined to make a new one
 */
export function writeLease(
  namespace: string,
  name: string,
  record: Omit<LeaseRecord, 'resourceVersion'>,
  existing: unknown,
): LeaseObject {
  const before = existing as LeaseObject | undefined;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...before?.metadata,
      namespace,
      name,
      annotations: { ...before?.metadata.annotations, [APPLIED_ANNOTATION]: JSON.stringify(record.applied) },
    },
    spec: {
      ...before?.spec,
      holderIdentity: record.holder,
      // The API server takes whole seconds of at least one.
      leaseDurationSeconds: Math.max(1, Math.ceil(record.durationMs / 1000)),
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** A time as Leases have it: RFC 3339 in UTC with six digits of a second. */
export function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z');
}

/** Somebody else may have written it: what can't be read says nothing. */
function readApplied(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
