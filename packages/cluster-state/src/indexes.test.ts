import { ClusterState } from './cluster-state.ts';
import { projectResource } from './projection/project-resource.ts';
import { KINDS } from './projection/kinds.ts';
import type { Kind } from './records.ts';
import { isRetained } from './retention.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A state with one object of each given kind, named like its kind in lower case. */
function stateOf(objects: Partial<Record<Kind, Fields>>): ClusterState {
  const state = new ClusterState();
  for (const [kind, { metadata, ...fields }] of Object.entries(objects) as [Kind, Fields][]) {
    const own = { name: kind.toLowerCase(), namespace: 'shop', ...(metadata as Fields | undefined) };
    const raw = { apiVersion: KINDS[kind].apiVersions[0], kind, metadata: own, ...fields };
    const projection = projectResource(raw);
    if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
    state.apply([{ type: 'upsert', resource: projection.resource }]);
  }
  return state;
}

function namesIn(records: readonly { metadata: { name: string } }[]): string[] {
  return records.map(({ metadata }) => metadata.name);
}

const streamRules = [{ port: 9000, backend: { serviceName: 'cart', servicePort: 80 } }];
const annotated = (name: string, value: string): Fields => ({
  metadata: { annotations: { [`konghq.com/${name}`]: value } },
});

test('everything that sends something to a Service is found by the Service', () => {
  const state = stateOf({
    Ingress: { spec: { defaultBackend: { service: { name: 'cart', port: { number: 80 } } } } },
    TCPIngress: { spec: { rules: streamRules } },
    UDPIngress: { spec: { rules: streamRules } },
    KongServiceFacade: { spec: { backendRef: { name: 'cart', port: 80 } } },
  });
  expect(namesIn(state.lookUp('usersOfService', 'shop/cart'))).toEqual([
    'ingress',
    'kongservicefacade',
    'tcpingress',
    'udpingress',
  ]);
});

test('an Ingress is found by the facades that its paths and its default backend name', () => {
  const backendOf = (name: string): Fields => ({ resource: { kind: 'KongServiceFacade', name } });
  const paths = [{ path: '/', pathType: 'Prefix', backend: backendOf('a') }];
  const state = stateOf({
    Ingress: { spec: { defaultBackend: backendOf('b'), rules: [{ http: { paths } }] } },
  });
  expect(state.indexKeys('ingressesByFacade')).toEqual(['shop/a', 'shop/b']);
});

test('a Secret is found by whatever names it', () => {
  const tls = [{ secretName: 's', hosts: ['a.example.com'] }];
  const secretKeyRef = { name: 's', key: 'k' };
  const state = stateOf({
    Ingress: { spec: { tls } },
    TCPIngress: { spec: { tls } },
    Service: annotated('ca-certificates-secrets', 'other, s'),
    KongConsumer: { credentials: ['s', 7] },
    KongPlugin: { plugin: 'x', configFrom: { secretKeyRef } },
    KongClusterPlugin: {
      plugin: 'x',
      configPatches: [{ path: '', valueFrom: { secretKeyRef: { ...secretKeyRef, namespace: 'shop' } } }, 1],
    },
  });
  expect(namesIn(state.lookUp('usersOfSecret', 'shop/s'))).toEqual([
    'ingress',
    'kongclusterplugin',
    'kongconsumer',
    'kongplugin',
    'service',
    'tcpingress',
  ]);
  expect(state.indexKeys('usersOfSecret')).toEqual(['shop/other', 'shop/s']);
});

test('bodies of any shape name nothing rather than fail', () => {
  for (const odd of [5, 'x', [1, [2]], { secretKeyRef: 3 }, [{ valueFrom: null }], null]) {
    const state = stateOf({
      KongConsumer: { credentials: odd },
      KongPlugin: { configFrom: odd, configPatches: odd },
      KongServiceFacade: { spec: odd },
    });
    expect(state.indexKeys('usersOfSecret')).toEqual([]);
    expect(state.indexKeys('usersOfService')).toEqual([]);
  }
});

test('policies are found by their users, and grants by their namespace', () => {
  const state = stateOf({
    Service: annotated('upstream-policy', 'sticky'),
    KongServiceFacade: annotated('upstream-policy', 'sticky'),
    ReferenceGrant: { spec: { from: [], to: [] } },
  });
  expect(namesIn(state.lookUp('usersOfUpstreamPolicy', 'shop/sticky'))).toEqual([
    'kongservicefacade',
    'service',
  ]);
  expect(namesIn(state.lookUp('grantsByNamespace', 'shop'))).toEqual(['referencegrant']);
});

test.each([
  ['a Secret that nothing names', {}, {}, false],
  ['a Secret that an Ingress names', {}, { Ingress: { spec: { tls: [{ secretName: 's' }] } } }, true],
  ['a Secret labelled as a credential', { 'konghq.com/credential': 'key-auth' }, {}, true],
  ['a Secret labelled as a CA', { 'konghq.com/ca-cert': 'true' }, {}, true],
  ['a Secret labelled as no CA', { 'konghq.com/ca-cert': 'false' }, {}, false],
] as const)('%s matters: %#', (_, labels, objects, expected) => {
  const state = stateOf({ ...objects, Secret: { metadata: { name: 's', labels } } });
  const secret = state.get('Secret', 'shop', 's');
  expect(secret && isRetained(secret, state)).toBe(expected);
});

test('a ConfigMap matters where a Service names it or a label says CA', () => {
  const state = stateOf({ ConfigMap: { metadata: { name: 'ca' } } });
  const map = state.get('ConfigMap', 'shop', 'ca');
  expect(map && isRetained(map, state)).toBe(false);
  const named = stateOf({
    ConfigMap: { metadata: { name: 'ca' } },
    Service: annotated('ca-certificates-configmaps', 'ca'),
  });
  expect(map && isRetained(map, named)).toBe(true);
});
