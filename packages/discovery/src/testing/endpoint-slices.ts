import { projectResource, type EndpointSliceRecord, type ServiceRecord } from '@silverback/cluster-state';

function project(manifest: object): unknown {
  const projection = projectResource(manifest);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  if (projection.resource.invalidFields.length > 0) throw new Error(JSON.stringify(projection.resource));
  return projection.resource;
}

/** The Service kong/kong-admin. */
export function adminService(spec: object = {}): ServiceRecord {
  const metadata = { namespace: 'kong', name: 'kong-admin' };
  return project({ apiVersion: 'v1', kind: 'Service', metadata, spec }) as ServiceRecord;
}

/** A slice of it: the port admin-tls, unless the fields say otherwise. */
export function slice(fields: object): EndpointSliceRecord {
  return project({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'kong', name: 'slice', labels: { 'kubernetes.io/service-name': 'kong-admin' } },
    addressType: 'IPv4',
    ports: [{ name: 'admin-tls', port: 8444 }],
    ...fields,
  }) as EndpointSliceRecord;
}

/** An endpoint of a Pod whose uid is its name. */
export function podEndpoint(address: string, pod: string, conditions: object = {}): object {
  return { addresses: [address], conditions, targetRef: { kind: 'Pod', name: pod, uid: pod } };
}
