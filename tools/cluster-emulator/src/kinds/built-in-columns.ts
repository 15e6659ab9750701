import { isList, isObject, objectIn, textIn, type Json, type JsonObject } from '../json.ts';
import { AGE, ageOf } from './columns.ts';
import { readPath } from './json-path.ts';
import type { Column } from './kind.ts';

type Read = Column['read'];

/** The columns after the name that people know of the API server's own kinds, by kind. */
export const BUILT_IN_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  Namespace: [column('Status', at('.status.phase')), AGE],
  Service: [
    column('Type', at('.spec.type')),
    column('Cluster-IP', at('.spec.clusterIP', '<none>')),
    column('External-IP', externalAddress),
    column('Port(s)', (object) => joined(object, '.spec.ports[*]', servicePort)),
    AGE,
  ],
  Secret: [column('Type', at('.type')), { ...column('Data', countOf('data')), type: 'integer' }, AGE],
  ConfigMap: [{ ...column('Data', countOf('data')), type: 'integer' }, AGE],
  Pod: [column('Status', at('.status.phase')), column('IP', at('.status.podIP', '<none>')), AGE],
  Event: [
    column('Last Seen', (object, now) => ageOf(lastSeen(object), now)),
    column('Type', at('.type')),
    column('Reason', at('.reason')),
    column('Object', (object) => eventSubject(object)),
    column('Message', (object) => textIn(object, 'message') ?? textIn(object, 'note') ?? ''),
  ],
  EndpointSlice: [
    column('AddressType', at('.addressType')),
    column('Ports', (object) => joined(object, '.ports[*].port', String)),
    column('Endpoints', (object) => joined(object, '.endpoints[*].addresses[*]', String)),
    AGE,
  ],
  Ingress: [
    column('Class', at('.spec.ingressClassName', '<none>')),
    column('Hosts', (object) => joined(object, '.spec.rules[*].host', String, '*')),
    column('Address', loadBalancerAddress),
    column('Ports', (object) => (isList(objectIn(object, 'spec')['tls']) ? '80, 443' : '80')),
    AGE,
  ],
  IngressClass: [column('Controller', at('.spec.controller')), AGE],
  Lease: [column('Holder', at('.spec.holderIdentity')), AGE],
  CustomResourceDefinition: [
    {
      name: 'Created At',
      type: 'date',
      read: (object) => textIn(objectIn(object, 'metadata'), 'creationTimestamp') ?? '',
    },
  ],
};

function column(name: string, read: Read): Column {
  return { name, type: 'string', read };
}

function at(path: string, otherwise = ''): Read {
  return (object) => {
    const [value] = readPath(object, path);
    return typeof value === 'string' && value !== '' ? value : otherwise;
  };
}

function countOf(field: string): Read {
  return (object) => Object.keys(objectIn(object, field)).length;
}

function joined(
  object: JsonObject,
  path: string,
  show: (value: Json) => string,
  otherwise = '<none>',
): string {
  const values = readPath(object, path);
  const shown = values.slice(0, 3).map(show).join(',');
  if (values.length === 0) return otherwise;
  return values.length > 3 ? `${shown} + ${values.length - 3} more...` : shown;
}

function servicePort(port: Json): string {
  if (!isObject(port)) return '';
  return `${Number(port['port'])}/${textIn(port, 'protocol') ?? 'TCP'}`;
}

function loadBalancerAddress(object: JsonObject): string {
  const addresses = readPath(object, '.status.loadBalancer.ingress[*]').filter(isObject);
  return addresses.map((each) => textIn(each, 'ip') ?? textIn(each, 'hostname') ?? '').join(',');
}

function externalAddress(object: JsonObject, now: Date): string {
  const name = textIn(objectIn(object, 'spec'), 'externalName');
  const address = name ?? loadBalancerAddress(object);
  if (address !== '') return address;
  return at('.spec.type')(object, now) === 'LoadBalancer' ? '<pending>' : '<none>';
}

function lastSeen(object: JsonObject): string | undefined {
  return (
    textIn(objectIn(object, 'series'), 'lastObservedTime') ??
    textIn(object, 'lastTimestamp') ??
    textIn(object, 'deprecatedLastTimestamp') ??
    textIn(object, 'eventTime')
  );
}

function eventSubject(object: JsonObject): string {
  const about = isObject(object['involvedObject'])
    ? objectIn(object, 'involvedObject')
    : objectIn(object, 'regarding');
  return `${(textIn(about, 'kind') ?? '').toLowerCase()}/${textIn(about, 'name') ?? ''}`;
}
