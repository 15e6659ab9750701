import type { IpFamily, ServicePort, ServiceRecord } from '../records.ts';
import { subdomainMistake } from './names.ts';
import { isPort, type ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];
const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] as const;

/** The protocols that a port of a Service or EndpointSlice may have. */
export const PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;

/** v1 Service. */
export function projectService(object: ObjectReader): Projected<ServiceRecord> {
  const spec = object.object('spec');
  const ipFamilies = readFamilies(spec);
  const externalName = spec?.checkedText('externalName', externalNameMistake) ?? '';
  return {
    type: spec?.choice('type', TYPES, 'ClusterIP') ?? 'ClusterIP',
    ...(externalName === '' ? {} : { externalName }),
    ports: spec?.parts('ports', readPort) ?? [],
    ...(ipFamilies.length > 0 && { ipFamilies }),
  };
}

function readFamilies(spec: ObjectReader | undefined): readonly IpFamily[] {
  const named = spec?.texts('ipFamilies', (text) =>
    FAMILIES.some((family) => family === text) ? undefined : `must be one of ${FAMILIES.join(', ')}`,
  );
  return (named ?? []) as IpFamily[];
}

/** A final dot, which makes a DNS name absolute, is allowed. */
function externalNameMistake(text: string): string | undefined {
  return subdomainMistake(text.endsWith('.') ? text.slice(0, -1) : text);
}

function readPort(entry: ObjectReader): ServicePort {
  const port = entry.port('port');
  if (!entry.has('port')) entry.reject('port', 'must be given');
  const targetPort = readTargetPort(entry);
  const appProtocol = entry.text('appProtocol');
  return {
    name: entry.text('name') ?? '',
    port: port ?? 0,
    protocol: entry.choice('protocol', PROTOCOLS, 'TCP'),
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

function readTargetPort(entry: ObjectReader): number | string | undefined {
  const value = entry.value('targetPort');
  if (value === undefined || value === 0 || value === '') return undefined;
  if (typeof value === 'number' && isPort(value)) return value;
  if (typeof value === 'string' && value.isWellFormed()) return value;
  entry.reject('targetPort', 'must be the name of a port or a whole number from 1 to 65535');
  return undefined;
}
