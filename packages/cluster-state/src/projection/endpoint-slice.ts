import { isIPv4, isIPv6 } from 'node:net';

import type { EndpointSliceRecord, SliceEndpoint, SlicePort, TargetPod } from '../records.ts';
import { subdomainMistake } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';
import { PROTOCOLS } from './service.ts';

const ADDRESS_TYPES = ['IPv4', 'IPv6', 'FQDN'] as const;
const SERVICE_LABEL = 'kubernetes.io/service-name';

/** discovery.k8s.io/v1 EndpointSlice. Without a known address type no endpoint can be checked, so none is taken. */
export function projectEndpointSlice(object: ObjectReader): Projected<EndpointSliceRecord> {
  const addressType = readAddressType(object);
  return {
    addressType: addressType ?? '',
    service: object.object('metadata')?.object('labels')?.text(SERVICE_LABEL) ?? '',
    ports: object.parts('ports', readPort),
    endpoints: addressType ? object.parts('endpoints', (entry) => readEndpoint(entry, addressType)) : [],
  };
}

type AddressType = (typeof ADDRESS_TYPES)[number];

function readAddressType(object: ObjectReader): AddressType | undefined {
  const value = object.value('addressType');
  const found = ADDRESS_TYPES.find((type) => type === value);
  if (!found) object.reject('addressType', `must be one of ${ADDRESS_TYPES.join(', ')}`);
  return found;
}

function readPort(entry: ObjectReader): SlicePort {
  const port = entry.port('port');
  if (!entry.has('port')) entry.reject('port', 'must be given');
  return {
    name: entry.text('name') ?? '',
    port: port ?? 0,
    protocol: entry.choice('protocol', PROTOCOLS, 'TCP'),
  };
}

/** Kubernetes: a missing `ready` means ready, a missing `serving` means the same as `ready`. */
function readEndpoint(entry: ObjectReader, addressType: AddressType): SliceEndpoint {
  const [address] = entry.texts('addresses', (address) => addressMistake(address, addressType));
  const conditions = entry.object('conditions');
  const ready = conditions?.flag('ready') ?? true;
  const pod = readPod(entry);
  return {
    ...(address !== undefined && { address }),
    ready,
    terminating: conditions?.flag('terminating') ?? false,
    serving: conditions?.flag('serving') ?? ready,
    ...(pod && { pod }),
  };
}

function readPod(entry: ObjectReader): TargetPod | undefined {
  const target = entry.object('targetRef');
  if (target?.text('kind') !== 'Pod') return undefined;
  return { name: target.text('name') ?? '', uid: target.text('uid') ?? '' };
}

function addressMistake(address: string, addressType: AddressType): string | undefined {
  if (addressType === 'FQDN') return subdomainMistake(address);
  // A zone such as %eth0 means something on one machine only.
  const fits = addressType === 'IPv4' ? isIPv4(address) : isIPv6(address) && !address.includes('%');
  return fits ? undefined : `must be an ${addressType} address`;
}
