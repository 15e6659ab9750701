import type { IngressPath, IngressRecord, IngressRule, IngressTls, ServiceBackend } from '../records.ts';
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
    ...(defaultBackend === undefined ? {} : { defaultBackend }),
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
  const service = backend && readBackend(backend);
  return { path, pathType, field: entry.field, ...(service === undefined ? {} : { backend: service }) };
}

/** Undefined where the backend is not a Service; whatever is invalid in it is noted. */
function readBackend(backend: ObjectReader): ServiceBackend | undefined {
  const service = backend.object('service');
  if (!service) {
    if (!backend.has('resource')) backend.reject('service', 'must be given');
    return undefined;
  }
  if (backend.has('resource')) backend.reject('resource', 'must not be given beside service');
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

function readTls(entry: ObjectReader): IngressTls {
  return {
    hosts: entry.texts('hosts', hostMistake),
    secretName: entry.checkedText('secretName', subdomainMistake) ?? '',
    field: entry.field,
  };
}
