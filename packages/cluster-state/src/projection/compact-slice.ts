import type { EndpointSliceRecord, SliceEndpoint, SlicePort } from '../records.ts';

/** Shared by all records, because most of them have nothing there. */
const NOTHING = Object.freeze({});
const NONE: readonly never[] = Object.freeze([]);

/** How many lists of ports are remembered to be shared. Clusters have few different ones. */
const PORTS_REMEMBERED = 1_000;

/**
 * The same slice in less memory: there are more of them than of all other objects together, and most have one or two
 * endpoints. What nobody asks of a slice is left out: when it was made and which one it was; its label is `service`.
 */
export class SliceCompactor {
  readonly #ports = new Map<string, readonly SlicePort[]>();

  compact(record: EndpointSliceRecord): EndpointSliceRecord {
    const { metadata, location, addressType, service, ports, endpoints, invalidFields } = record;
    const { namespace, name } = metadata;
    const compact = {
      kind: record.kind,
      metadata: {
        namespace,
        name,
        uid: '',
        creationTimestamp: '',
        annotations: NOTHING,
        labels: NOTHING,
      },
      addressType,
      service,
      ports: this.#shared(ports),
      endpoints: endpoints.map(compactEndpoint),
      invalidFields: invalidFields.length === 0 ? NONE : invalidFields,
    };
    return location === undefined ? compact : { ...compact, location };
  }

  #shared(ports: readonly SlicePort[]): readonly SlicePort[] {
    const key = JSON.stringify(ports);
    const known = this.#ports.get(key);
    if (known !== undefined) return known;
    if (this.#ports.size >= PORTS_REMEMBERED) this.#ports.clear();
    const shared = Object.freeze(ports.slice());
    this.#ports.set(key, shared);
    return shared;
  }
}

/** What was put together with conditions has room for more; what is written out has not. */
function compactEndpoint(endpoint: SliceEndpoint): SliceEndpoint {
  const { address, ready, terminating, serving, pod } = endpoint;
  if (address === undefined) return endpoint;
  return pod === undefined
    ? { address, ready, terminating, serving }
    : { address, ready, terminating, serving, pod };
}
