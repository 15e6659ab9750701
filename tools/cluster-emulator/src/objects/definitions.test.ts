import { kongDefinitions } from '../kinds/kong-definitions.ts';
import { secret, SECRETS, withCluster, type TestCluster } from '../testing/cluster.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/example.com/v1/namespaces/default/things';

const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1 },
        mode: { type: 'string', enum: ['on', 'off'], default: 'on' },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: { type: 'object', properties: { ready: { type: 'boolean' } } },
  },
};

function definition(versions: readonly object[] = [version('v1', true)]) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions },
  };
}

function version(name: string, storage: boolean) {
  return {
    name,
    served: true,
    storage,
    schema: { openAPIV3Schema: SCHEMA },
    subresources: { status: {} },
    additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
  };
}

function thing(spec: object, more: object = {}) {
  return { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'a' }, spec, ...more };
}

async function withThings(cluster: TestCluster): Promise<void> {
  expect((await cluster.post(DEFINITIONS, definition())).status).toBe(201);
}

test(
  'a definition makes its kind served while watches of other kinds go on, and says so',
  withCluster(async (cluster) => {
    const secrets = await cluster.watch(`${SECRETS}?resourceVersion=0`);
    expect((await cluster.ask(THINGS)).status).toBe(404);
    await withThings(cluster);
    expect((await cluster.ask(`${DEFINITIONS}/things.example.com`)).body['status']).toMatchObject({
      conditions: [
        { type: 'NamesAccepted', status: 'True' },
        { type: 'Established', status: 'True' },
      ],
      acceptedNames: { plural: 'things', singular: 'thing', listKind: 'ThingList' },
      storedVersions: ['v1'],
    });
    expect((await cluster.ask(THINGS)).body).toMatchObject({ kind: 'ThingList', items: [] });
    expect((await cluster.ask('/apis/example.com/v1')).body['resources']).toMatchObject([
      { name: 'things', kind: 'Thing', namespaced: true, singularName: 'thing' },
      { name: 'things/status' },
    ]);
    await cluster.post(SECRETS, secret('a'));
    expect(await secrets.take(1)).toEqual(['ADDED a']);
  }),
);

test(
  'a definition that is deleted is marked, then its objects go, then it goes; watches of them end',
  withCluster(async (cluster) => {
    await withThings(cluster);
    await cluster.post(THINGS, thing({ size: 1 }));
    const definitions = await cluster.watch(`${DEFINITIONS}?resourceVersion=${cluster.emulator.revision}`);
    const things = await cluster.watch(`${THINGS}?resourceVersion=${cluster.emulator.revision}`);
    await cluster.delete(`${DEFINITIONS}/things.example.com`);
    const marked = await definitions.next();
    expect(marked).toMatchObject({
      type: 'MODIFIED',
      object: { metadata: { deletionGracePeriodSeconds: 0 } },
    });
    expect(await definitions.take(1)).toEqual(['DELETED things.example.com']);
    expect(await things.take(2)).toEqual(['DELETED a']);
    expect((await cluster.ask(THINGS)).status).toBe(404);
    expect((await cluster.ask('/apis/example.com')).status).toBe(404);
    await withThings(cluster);
    expect((await cluster.ask(THINGS)).body['items']).toEqual([]);
  }),
);

test(
  'custom resources are fitted to their schema: defaults come, unknown fields go',
  withCluster(async (cluster) => {
    await withThings(cluster);
    const { body } = await cluster.post(
      THINGS,
      thing({ size: 2, unknown: 1, free: { any: 'thing' } }, { also: 1 }),
    );
    expect(body['spec']).toEqual({ size: 2, mode: 'on', free: { any: 'thing' } });
    expect(body).not.toHaveProperty('also');
    const status = await cluster.mergePatch(`${THINGS}/a/status`, { status: { ready: true, more: 1 } });
    expect(status.body['status']).toEqual({ ready: true });
  }),
);

test.each([
  ['what is required', {}, 'spec.size: Required value'],
  ['a type', { size: 'big' }, 'must be of type integer'],
  ['a minimum', { size: 0 }, 'greater than or equal to 1'],
  ['a list of values', { size: 1, mode: 'half' }, 'supported values: "on", "off"'],
])('a custom resource that breaks %s is refused', (_case, spec, words) =>
  withCluster(async (cluster) => {
    await withThings(cluster);
    const { status, body } = await cluster.post(THINGS, thing(spec));
    expect(status).toBe(422);
    expect(body['message']).toContain(words);
  })(),
);

test(
  'a kind may be served in several versions, which show the same objects',
  withCluster(async (cluster) => {
    await cluster.post(DEFINITIONS, definition([version('v1beta1', false), version('v1', true)]));
    await cluster.post(THINGS, thing({ size: 1 }));
    const { body } = await cluster.ask('/apis/example.com/v1beta1/things');
    expect(body['items']).toMatchObject([{ apiVersion: 'example.com/v1beta1', spec: { size: 1 } }]);
    expect((await cluster.ask('/apis/example.com')).body).toMatchObject({
      versions: [{ version: 'v1' }, { version: 'v1beta1' }],
      preferredVersion: { version: 'v1' },
    });
  }),
);

test(
  'custom resources are replaced with their version only, and take no strategic patch',
  withCluster(async (cluster) => {
    await withThings(cluster);
    await cluster.post(THINGS, thing({ size: 1 }));
    expect((await cluster.put(`${THINGS}/a`, thing({ size: 2 }))).status).toBe(422);
    const contentType = 'application/strategic-merge-patch+json';
    expect((await cluster.ask(`${THINGS}/a`, { method: 'PATCH', contentType, body: {} })).status).toBe(415);
  }),
);

test(
  'people see the columns of a definition in tables',
  withCluster(async (cluster) => {
    await withThings(cluster);
    await cluster.post(THINGS, thing({ size: 7 }));
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await cluster.ask(THINGS, { accept });
    expect(body).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, { name: 'Size' }],
      rows: [{ cells: ['a', 7], object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } } }],
    });
  }),
);

test.each([
  ['another name', { metadata: { name: 'stuff.example.com' } }, 'spec.names.plural'],
  [
    'two versions to be stored',
    { spec: { ...definition().spec, versions: [version('v1', true), version('v2', true)] } },
    'exactly one',
  ],
  [
    'no schema',
    { spec: { ...definition().spec, versions: [{ name: 'v1', served: true, storage: true }] } },
    'schemas are required',
  ],
])('a definition with %s is refused', (_case, more, words) =>
  withCluster(async (cluster) => {
    const { status, body } = await cluster.post(DEFINITIONS, { ...definition(), ...more });
    expect(status).toBe(422);
    expect(body['message']).toContain(words);
  })(),
);

test(
  'the kinds of Kong can be had at once',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load(kongDefinitions());
    const paths = [
      '/apis/configuration.konghq.com/v1/kongplugins',
      '/apis/configuration.konghq.com/v1/kongclusterplugins',
      '/apis/configuration.konghq.com/v1beta1/kongupstreampolicies',
      '/apis/configuration.konghq.com/v1alpha1/kongvaults',
      '/apis/incubator.ingress-controller.konghq.com/v1alpha1/kongservicefacades',
      '/apis/gateway.networking.k8s.io/v1beta1/referencegrants',
    ];
    for (const path of paths) expect([path, (await cluster.ask(path)).status]).toEqual([path, 200]);
  }),
);
