import { publishedAddresses } from './addresses.ts';

const service = {
  type: 'LoadBalancer',
  clusterIPs: ['10.0.0.1'],
  loadBalancer: [{ ip: '192.0.2.2' }, { hostname: 'lb.example' }, {}],
};

test('addresses of the settings come before those of the Service', () => {
  expect(publishedAddresses(['edge.example', '2001:db8::1', 'edge.example'], service)).toEqual([
    { ip: '2001:db8::1' },
    { hostname: 'edge.example' },
  ]);
});

test('a load balancer shows its addresses, another Service those within the cluster', () => {
  expect(publishedAddresses([], service)).toEqual([{ ip: '192.0.2.2' }, { hostname: 'lb.example' }]);
  expect(publishedAddresses([], { ...service, type: 'NodePort' })).toEqual([{ ip: '10.0.0.1' }]);
  expect(publishedAddresses([], { ...service, type: 'ClusterIP', clusterIPs: ['None'] })).toEqual([]);
});

test('without either there are none', () => {
  expect(publishedAddresses([], undefined)).toEqual([]);
});
