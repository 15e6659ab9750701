import type {
  IngressPath,
  IngressRecord,
  IngressRule,
  IngressTls,
  ResourceBackend,
  ServiceBackend,
} from '../records.ts';
import { hostMistake, labelMistake, subdomainMistake } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

const PATH_TYPES = ['Exact', 'Prefix', 'ImplementationSpecific'] as const;

/** networking.k8s.io/v1 Ingress. */
export function projectIngress(object: ObjectReader): Projected<IngressRecord> {
  const spec = object.object('spec');
  const ingressClassName = spec?.text('ingressClassName');
  const defaultBackend = spec?.part('defaultBackend', readBackend);
  return {
    ...(ingressClassName === undefined ? {} : { ingressClassName }),
    ...(defaultBackend?.service && { defaultBackend: defaultBackend.service }),
    ...(defaultBackend?.resource && { defaultResource: defaultBackend.resource }),
    rules: spec?.parts('rules', readRule) ?? [],
    tls: spec?.parts('tls', readTls) ?? [],
  };
}

function readRule(rule: ObjectReader): IngressRule {
  return {
    host: rule.checkedText('host', hostMistake) ?? '',
    paths: rule.object('http')?.parts('paths', readPath) ?? [],
  };
}

function readPath(entry: ObjectReader): IngressPath {
  const path = entry.text('path') ?? '';
  const isText = entry.valid;
  const pathType = entry.choice('pathType', PATH_TYPES, 'ImplementationSpecific');
  if (isText && pathType !== 'ImplementationSpecific' && !path.startsWith('/')) {
    entry.reject('path', `must begin with "/" where pathType is ${pathType}`);
  }
  const backend = entry.object('backend');
  if (!backend) entry.reject('backend', 'must be given');
  const { service, resource } = backend ? readBackend(backend) : {};
  return {
    path,
    pathType,
    field: entry.field,
    ...(service && { backend: service }),
    ...(resource && { resource }),
  };
}

interface Backend {
  readonly service?: ServiceBackend;
  readonly resource?: ResourceBackend;
}

/** Whatever is invalid in it is noted. */
function readBackend(backend: ObjectReader): Backend {
  const service = backend.object('service');
  const resource = backend.object('resource');
  if (service && resource) backend.reject('resource', 'must not be given beside service');
  if (service) return { service: readService(service) };
  if (resource) return { resource: readResource(resource) };
  backend.reject('service', 'must be given');
  return {};
}

function readResource(resource: ObjectReader): ResourceBackend {
  return {
    apiGroup: resource.text('apiGroup') ?? '',
    kind: resource.requiredText('kind'),
    name: resource.requiredText('name'),
  };
}

function readService(service: ObjectReader): ServiceBackend {
  const name = service.requiredText('name');
  const mistake = name === '' ? undefined : labelMistake(name);
  if (mistake !== undefined) service.reject('name', mistake);
  const port = service.object('port');
  const portNumber = port?.port('number');
  const portName = port?.text('name') ?? '';
  if (portNumber !== undefined && portName !== '') port?.reject('name', 'must not be given beside number');
  return {
    service: name,
    port: {
      ...(portNumber === undefined ? {} : { number: portNumber }),
      ...(portName === '' ? {} : { name: portName }),
    },
  };
}

/** A TLS section, as Ingress and TCPIngress have it. */
export function readTls(entry: ObjectReader): IngressTls {
  return {
    hosts: entry.texts('hosts', hostMistake),
    secretName: entry.checkedText('secretName', subdomainMistake) ?? '',
    field: entry.field,
  };
}
