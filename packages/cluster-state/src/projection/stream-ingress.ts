import { parseStreamRule } from '@silverback/kong-resources';
import type { StreamRule, TcpIngressRecord, UdpIngressRecord } from '../records.ts';
import { readTls } from './ingress.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** configuration.konghq.com/v1beta1 TCPIngress. */
export function projectTcpIngress(object: ObjectReader): Projected<TcpIngressRecord> {
  const spec = object.object('spec');
  return {
    rules: spec?.parts('rules', (rule) => readRule('TCPIngress', rule)) ?? [],
    tls: spec?.parts('tls', readTls) ?? [],
  };
}

/** configuration.konghq.com/v1beta1 UDPIngress. */
export function projectUdpIngress(object: ObjectReader): Projected<UdpIngressRecord> {
  return { rules: object.object('spec')?.parts('rules', (rule) => readRule('UDPIngress', rule)) ?? [] };
}

function readRule(kind: 'TCPIngress' | 'UDPIngress', rule: ObjectReader): StreamRule {
  const parsed = parseStreamRule(kind, rule.raw);
  if (!parsed.ok) {
    for (const { field, message } of parsed.issues) rule.reject(field, message);
    return { host: '', port: 0, backend: { service: '', port: {} }, field: rule.field };
  }
  const { host = '', port, backend } = parsed.resource;
  return {
    host,
    port,
    backend: { service: backend.serviceName, port: { number: backend.servicePort } },
    field: rule.field,
  };
}
