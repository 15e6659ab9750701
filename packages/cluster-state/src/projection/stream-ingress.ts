import type { ServiceBackend, StreamRule, TcpIngressRecord, UdpIngressRecord } from '../records.ts';
import { readTls } from './ingress.ts';
import { hostMistake, labelMistake } from './names.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** configuration.konghq.com/v1beta1 TCPIngress. */
export function projectTcpIngress(object: ObjectReader): Projected<TcpIngressRecord> {
  const spec = object.object('spec');
  return {
    rules: spec?.parts('rules', (rule) => readRule(rule, rule.checkedText('host', hostMistake) ?? '')) ?? [],
    tls: spec?.parts('tls', readTls) ?? [],
  };
}

/** configuration.konghq.com/v1beta1 UDPIngress. */
export function projectUdpIngress(object: ObjectReader): Projected<UdpIngressRecord> {
  return { rules: object.object('spec')?.parts('rules', (rule) => readRule(rule, '')) ?? [] };
}

function readRule(rule: ObjectReader, host: string): StreamRule {
  const backend = rule.object('backend');
  if (!backend) rule.reject('backend', 'must be given');
  return {
    host,
    port: requiredPort(rule, 'port'),
    backend: backend ? readBackend(backend) : { service: '', port: {} },
    field: rule.field,
  };
}

function readBackend(backend: ObjectReader): ServiceBackend {
  const service = backend.requiredText('serviceName');
  const mistake = service === '' ? undefined : labelMistake(service);
  if (mistake !== undefined) backend.reject('serviceName', mistake);
  return { service, port: { number: requiredPort(backend, 'servicePort') } };
}

function requiredPort(entry: ObjectReader, key: string): number {
  if (!entry.has(key)) entry.reject(key, 'must be given');
  return entry.port(key) ?? 0;
}
