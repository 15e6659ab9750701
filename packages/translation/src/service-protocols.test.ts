import type { ServicePort } from '@silverback/cluster-state';
import { serviceProtocol } from './service-protocols.ts';

function portWith(appProtocol: string): ServicePort {
  return { name: '', port: 80, protocol: 'TCP', appProtocol };
}

test.each([
  ['http', 'http'],
  ['https', 'https'],
  ['grpc', 'grpc'],
  ['grpcs', 'grpcs'],
  ['kubernetes.io/h2c', 'grpc'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
  ['mongo', 'http'],
  ['toString', 'http'],
])('a port of appProtocol %s is spoken to in %s', (appProtocol, protocol) => {
  expect(serviceProtocol('http', undefined, portWith(appProtocol))).toBe(protocol);
});

test('the annotation goes before appProtocol', () => {
  expect(serviceProtocol('http', 'http', portWith('https'))).toBe('http');
});

test('datagrams are datagrams, whatever is written', () => {
  expect(serviceProtocol('udp', 'https', portWith('https'))).toBe('udp');
});
