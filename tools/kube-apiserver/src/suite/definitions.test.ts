import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import { TestCluster } from '../testing/cluster.ts';
import { DEFINITIONS, install, shippedDefinitions } from '../testing/definitions.ts';
import { RULE_CASES } from '../testing/rule-cases.ts';
import { rulesOf, type Rule } from '../testing/rules.ts';
import { collectionOf, KINDS, sampleOf } from '../testing/samples.ts';

// The CustomResourceDefinitions in deploy/crds, as a real API server takes them.

const definitions = shippedDefinitions();
const rules = rulesOf(definitions);

const caseOf = ({ kind, at, message }: Rule): string => `${kind}${at === '' ? '' : ` ${at}`}: ${message}`;

let cluster: TestCluster;
let names = 0;
beforeAll(async () => {
  cluster = await TestCluster.start();
  await install(cluster.admin);
  await cluster.namespace('shop');
});
afterAll(() => cluster.close());

/** An object with these fields, without anything that a sample has. */
function objectOf(kind: Kind, name: string, fields: object) {
  const { apiVersion, metadata } = sampleOf(kind, name, 'shop');
  return { apiVersion, kind, metadata, ...fields };
}

test('there is a definition for each of the kinds of Kong, and none for others', () => {
  const kinds = KINDS.filter((kind) => RESOURCE_TYPES[kind].apiVersions[0].includes('konghq.com'));
  expect(definitions.map(({ spec }) => spec.names.kind).sort()).toEqual([...kinds].sort());
});

test('there is a case for each rule, and no other', () => {
  expect(rules.length).toBeGreaterThan(0);
  expect(Object.keys(RULE_CASES).sort()).toEqual([...new Set(rules.map(caseOf))].sort());
});

test.each(rules.map((rule) => [caseOf(rule), rule] as const))('%s', async (name, { kind, message }) => {
  const { accepted, refused, before } = RULE_CASES[name] ?? { accepted: {}, refused: {} };
  const collection = collectionOf(kind as Kind, 'shop');
  names += 1;
  const path = `${collection}/case-${names}`;
  const contentType = 'application/merge-patch+json';
  if (before === undefined) {
    await cluster.admin.create(collection, objectOf(kind as Kind, `case-${names}`, accepted));
    const body = objectOf(kind as Kind, `case-${names}-refused`, refused);
    const refusal = await cluster.admin.refusal({ method: 'POST', path: collection, body });
    expect(refusal).toMatchObject({ status: 422, message: expect.stringContaining(message) as string });
  } else {
    await cluster.admin.create(collection, objectOf(kind as Kind, `case-${names}`, before));
    await cluster.admin.patch(path, accepted);
    const refusal = await cluster.admin.refusal({ method: 'PATCH', path, body: refused, contentType });
    expect(refusal).toMatchObject({ status: 422, message: expect.stringContaining(message) as string });
  }
});

test.each(definitions.map((definition) => [definition.metadata.name, definition] as const))(
  '%s is applied again without a change, as by an upgrade',
  async (name, definition) => {
    const path = `${DEFINITIONS}/${name}`;
    const before = await cluster.admin.get(path);
    const after = await cluster.admin.apply(path, definition);
    expect(after['metadata']?.['generation']).toEqual(before['metadata']?.['generation']);
    const conditions = (
      after as unknown as { status: { conditions: readonly { type: string; status: string }[] } }
    ).status.conditions;
    expect(conditions.find(({ type }) => type === 'NonStructuralSchema')?.status ?? 'False').toBe('False');
  },
);

test('fields that no schema knows are dropped, and a strict client is told', async () => {
  const path = collectionOf('KongConsumer', 'shop');
  const body = { ...sampleOf('KongConsumer', 'unknown', 'shop'), pasword: 'x' };
  const strict = await cluster.admin.refusal({
    method: 'POST',
    path,
    body,
    query: { fieldValidation: 'Strict' },
  });
  expect(strict).toMatchObject({ status: 400, message: expect.stringContaining('pasword') as string });
  expect(await cluster.admin.create(path, body)).not.toHaveProperty('pasword');
});
