import { secret, SECRETS, withCluster, type Seen } from '../testing/cluster.ts';

const PATH = `${SECRETS}/a`;

function labelled(labels: Record<string, string>, more: Record<string, unknown> = {}) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', labels }, ...more };
}

function managers(body: Seen): string[] {
  const entries = body['metadata']?.['managedFields'] as unknown as { manager: string; operation: string }[];
  return entries.map(({ manager, operation }) => `${manager} ${operation}`);
}

test(
  'makes an object, and changes it later without touching what others set',
  withCluster(async (cluster) => {
    const made = await cluster.apply(PATH, 'one', labelled({ a: '1' }));
    expect(made.status).toBe(201);
    const second = await cluster.apply(PATH, 'two', labelled({ b: '2' }));
    expect(second.status).toBe(200);
    const third = await cluster.apply(PATH, 'one', labelled({ a: '3' }));
    expect(third.body['metadata']?.['labels']).toEqual({ a: '3', b: '2' });
    expect(managers(third.body)).toEqual(['two Apply', 'one Apply']);
  }),
);

test(
  'a field that is no longer applied goes, unless somebody else owns it too',
  withCluster(async (cluster) => {
    await cluster.apply(PATH, 'one', labelled({ mine: '1', shared: '2' }));
    await cluster.apply(PATH, 'two', labelled({ shared: '2' }));
    const { body } = await cluster.apply(PATH, 'one', labelled({ other: '3' }));
    expect(body['metadata']?.['labels']).toEqual({ shared: '2', other: '3' });
  }),
);

test(
  'a field of somebody else is a conflict, unless it is forced or meant the same way',
  withCluster(async (cluster) => {
    await cluster.apply(PATH, 'one', labelled({ a: '1', b: '1' }));
    expect((await cluster.apply(PATH, 'two', labelled({ a: '1' }))).status).toBe(200);
    const refused = await cluster.apply(PATH, 'two', labelled({ a: '1', b: '2' }));
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .metadata.labels.b',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.metadata.labels.b' },
        ],
      },
    });
    const forced = await cluster.apply(PATH, 'two', labelled({ a: '1', b: '2' }), '&force=true');
    expect(forced.body['metadata']?.['labels']).toEqual({ a: '1', b: '2' });
    // It is no longer the first one's: leaving it out takes nothing away.
    const left = await cluster.apply(PATH, 'one', labelled({ a: '1' }));
    expect(left.body['metadata']?.['labels']).toEqual({ a: '1', b: '2' });
  }),
);

test(
  'who writes a field plainly takes it from who applied it',
  withCluster(async (cluster) => {
    await cluster.apply(PATH, 'one', labelled({ a: '1' }));
    await cluster.mergePatch(PATH, { metadata: { labels: { a: '2' } } });
    const { body } = await cluster.apply(PATH, 'one', labelled({ a: '3' }));
    expect(body['message']).toBe(
      'Apply failed with 1 conflict: conflict with "tester" using v1: .metadata.labels.a',
    );
  }),
);

test(
  'the same apply again writes nothing',
  withCluster(async (cluster) => {
    await cluster.apply(PATH, 'one', labelled({ a: '1' }));
    const before = cluster.emulator.revision;
    await cluster.apply(PATH, 'one', labelled({ a: '1' }));
    expect(cluster.emulator.revision).toBe(before);
  }),
);

test(
  'of an object whose maker is not known, somebody before owns the fields',
  withCluster(async (cluster) => {
    cluster.emulator.objects.load([secret('a')]);
    const { body } = await cluster.apply(PATH, 'one', labelled({}, { type: 'other' }));
    expect(body['message']).toContain('conflict with "before-first-apply" using v1: .type');
  }),
);

describe('conditions', () => {
  const definition = (schema: object) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'things.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: schema },
        },
      ],
    },
  });
  const conditionsSchema = (list: object) => ({
    type: 'object',
    properties: {
      status: {
        type: 'object',
        properties: {
          conditions: {
            type: 'array',
            ...list,
            items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
          },
        },
      },
    },
  });
  const keyed = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] };
  const THING = '/apis/example.com/v1/namespaces/default/things/a';
  const status = (type: string, state = 'True') => ({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    status: { conditions: [{ type, status: state }] },
  });
  const run = (
    list: object,
    check: (apply: (manager: string, type: string) => Promise<Seen>) => Promise<void>,
  ) =>
    withCluster(async (cluster) => {
      cluster.emulator.objects.create(definition(conditionsSchema(list)));
      cluster.emulator.objects.create({
        apiVersion: 'example.com/v1',
        kind: 'Thing',
        metadata: { name: 'a' },
      });
      await check(
        async (manager, type) => (await cluster.apply(`${THING}/status`, manager, status(type))).body,
      );
    })();

  test('that are told apart by their type belong to each manager for itself', () =>
    run(keyed, async (apply) => {
      await apply('one', 'Programmed');
      const both = await apply('two', 'Ready');
      expect(both['status']).toEqual({
        conditions: [
          { type: 'Programmed', status: 'True' },
          { type: 'Ready', status: 'True' },
        ],
      });
      const moved = await apply('two', 'Other');
      expect(moved['status']).toEqual({
        conditions: [
          { type: 'Programmed', status: 'True' },
          { type: 'Other', status: 'True' },
        ],
      });
    }));

  test('of a list without keys are one thing, and a second manager meets a conflict', () =>
    run({}, async (apply) => {
      await apply('one', 'Programmed');
      const refused = await apply('two', 'Ready');
      expect(refused).toMatchObject({
        code: 409,
        message: expect.stringContaining('.status.conditions') as unknown,
      });
    }));

  test(
    'of an object that is not there are not made',
    withCluster(async (cluster) => {
      cluster.emulator.objects.create(definition(conditionsSchema(keyed)));
      expect((await cluster.apply(`${THING}/status`, 'one', status('Ready'))).status).toBe(404);
    }),
  );
});

test.each([
  ['no manager', PATH, {}, 422],
  ['managers of its own', `${PATH}?fieldManager=one`, { metadata: { name: 'a', managedFields: [{}] } }, 400],
  ['another name', `${PATH}?fieldManager=one`, { metadata: { name: 'b' } }, 400],
])('%s is refused', (_case, path, body, code) =>
  withCluster(async (cluster) => {
    const answer = await cluster.ask(path, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body,
    });
    expect(answer.status).toBe(code);
  })(),
);
