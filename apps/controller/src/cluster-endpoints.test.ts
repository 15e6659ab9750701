import { ClusterState, projectResource, type ResourceRecord } from '@silverback/cluster-state';
import type { ServiceState } from '@silverback/discovery';
import { ClusterEndpoints, endpointsAgeMs } from './cluster-endpoints.ts';

function record(manifest: object): ResourceRecord {
  const projection = projectResource(manifest);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return projection.resource;
}

function service(name: string): ResourceRecord {
  return record({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'kong' } });
}

function slice(name: string, ofService: string): ResourceRecord {
  return record({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace: 'kong', labels: { 'kubernetes.io/service-name': ofService } },
    addressType: 'IPv4',
  });
}

function shown({ service: found, slices }: ServiceState): string {
  return `${found?.metadata.name ?? 'none'}: ${slices.map(({ metadata }) => metadata.name).join()}`;
}

test('a follower hears of its Service and its slices, and of nothing else', () => {
  const state = new ClusterState();
  const endpoints = new ClusterEndpoints(state);
  const heard: string[] = [];
  const cancel = endpoints.follow({ namespace: 'kong', name: 'admin' }, (now) => heard.push(shown(now)));
  expect(heard).toEqual([]);
  endpoints.changed(state.replaceAll([]));
  expect(heard).toEqual(['none: ']);

  const step = (...resources: ResourceRecord[]): void => {
    endpoints.changed(state.apply(resources.map((resource) => ({ type: 'upsert', resource }))));
  };
  step(service('proxy'), slice('proxy-1', 'proxy'));
  expect(heard).toHaveLength(1);
  step(service('admin'));
  step(slice('admin-1', 'admin'), slice('admin-2', 'admin'));
  expect(heard.slice(1)).toEqual(['admin: ', 'admin: admin-1,admin-2']);
  step(slice('admin-2', 'proxy'));
  expect(heard[3]).toBe('admin: admin-1');
  endpoints.changed(state.apply([{ type: 'delete', key: 'Service/kong/admin' }]));
  expect(heard[4]).toBe('none: admin-1');

  cancel();
  step(service('admin'));
  expect(heard).toHaveLength(5);
});

test('who follows after the cluster was read hears of it at once', () => {
  const state = new ClusterState();
  const endpoints = new ClusterEndpoints(state);
  endpoints.changed(state.replaceAll([service('admin')]));
  const heard: string[] = [];
  endpoints.follow({ namespace: 'kong', name: 'admin' }, (now) => heard.push(shown(now)));
  expect(heard).toEqual(['admin: ']);
});

test('it is as old as what was heard of Services and EndpointSlices', () => {
  const kinds = [
    { kind: 'Service', ageMs: 2000 },
    { kind: 'EndpointSlice', ageMs: 90_000 },
    { kind: 'Secret', ageMs: 500_000 },
  ];
  expect(new ClusterEndpoints(new ClusterState(), () => endpointsAgeMs(kinds)).ageMs()).toBe(90_000);
  expect(new ClusterEndpoints(new ClusterState()).ageMs()).toBe(0);
  expect(endpointsAgeMs([{ kind: 'Service' }])).toBe(0);
});
