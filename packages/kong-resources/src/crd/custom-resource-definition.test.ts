import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { loadAll } from 'js-yaml';
import { z } from 'zod';
import { DEFINITIONS, type KongKind } from '../definitions.ts';
import { parseResource } from '../validation.ts';
import {
  ALL_KONG_KINDS,
  customResourceDefinition,
  customResourceDefinitions,
} from './custom-resource-definition.ts';
import type { StructuralSchema } from './schema.ts';
import { structuralSchema } from './structural-schema.ts';

function schemaOf(kind: KongKind): StructuralSchema {
  const [version] = customResourceDefinition(kind).spec.versions;
  if (!version) throw new RangeError(kind);
  return version.schema.openAPIV3Schema;
}

function* nodesOf(schema: StructuralSchema, path: string): Generator<[string, StructuralSchema]> {
  yield [path, schema];
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    yield* nodesOf(child, `${path}.${name}`);
  if (schema.items) yield* nodesOf(schema.items, `${path}[]`);
  if (schema.additionalProperties) yield* nodesOf(schema.additionalProperties, `${path}.*`);
}

/** As a JSON Schema in which a field that the API server would prune is a mistake. */
function strict(schema: StructuralSchema, isRoot = true): object {
  const { properties, items, additionalProperties, ...rest } = schema;
  const keywords = Object.entries(rest).filter(
    ([keyword]) => !keyword.startsWith('x-kubernetes-') && keyword !== 'format' && keyword !== 'default',
  );
  const keepsOthers = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const children = Object.entries(properties ?? {}).map(([name, child]) => [
    name,
    isRoot && name === 'metadata' ? { type: 'object' } : strict(child, false),
  ]);
  return {
    ...Object.fromEntries(keywords),
    ...(items && { items: strict(items, false) }),
    ...(schema.type === 'object' && {
      properties: Object.fromEntries(children) as object,
      additionalProperties: additionalProperties ? strict(additionalProperties, false) : keepsOthers,
    }),
  };
}

const ajv = new Ajv({ strict: true });
const validators = new Map(ALL_KONG_KINDS.map((kind) => [kind, ajv.compile(strict(schemaOf(kind)))]));

interface Manifest {
  readonly kind: KongKind;
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
}

const top = fileURLToPath(new URL('../../../../', import.meta.url));

function manifestsIn(folder: string, pattern: string): [string, Manifest][] {
  const files = globSync(pattern, { cwd: folder }).sort();
  return files.flatMap((file) =>
    (loadAll(readFileSync(join(folder, file), 'utf8')) as (Manifest | null)[])
      .filter((manifest) => manifest !== null && Object.hasOwn(DEFINITIONS, manifest.kind))
      .map((manifest): [string, Manifest] => [
        `${file}: ${manifest?.kind ?? ''} ${manifest?.metadata.name ?? ''}`,
        manifest as Manifest,
      ]),
  );
}

function isValid({ kind, apiVersion, metadata, ...fields }: Manifest): boolean {
  const { status, ...body } = fields as { status?: unknown };
  return apiVersion !== '' && metadata.name !== '' && parseResource(kind, body).ok && status !== null;
}

test('definitions have the groups, versions and scopes of those of Kong', () => {
  expect(
    customResourceDefinitions()
      .map(({ spec }) => [spec.names['kind'], spec.group, spec.versions[0]?.name, spec.scope].join(' '))
      .sort(),
  ).toEqual([
    'IngressClassParameters configuration.konghq.com v1alpha1 Namespaced',
    'KongClusterPlugin configuration.konghq.com v1 Cluster',
    'KongConsumer configuration.konghq.com v1 Namespaced',
    'KongConsumerGroup configuration.konghq.com v1beta1 Namespaced',
    'KongCustomEntity configuration.konghq.com v1alpha1 Namespaced',
    'KongIngress configuration.konghq.com v1 Namespaced',
    'KongLicense configuration.konghq.com v1alpha1 Cluster',
    'KongPlugin configuration.konghq.com v1 Namespaced',
    'KongServiceFacade incubator.ingress-controller.konghq.com v1alpha1 Namespaced',
    'KongUpstreamPolicy configuration.konghq.com v1beta1 Namespaced',
    'KongVault configuration.konghq.com v1alpha1 Cluster',
    'TCPIngress configuration.konghq.com v1beta1 Namespaced',
    'UDPIngress configuration.konghq.com v1beta1 Namespaced',
  ]);
});

// Rules of structural schemas: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
test.each(ALL_KONG_KINDS)('the schema of %s is structural', (kind) => {
  for (const [path, node] of nodesOf(schemaOf(kind), kind)) {
    expect([path, node.type]).toEqual([
      path,
      expect.stringMatching(/^(object|array|string|integer|number|boolean)$/),
    ]);
    expect([path, node.type === 'array', node.items !== undefined]).toEqual([
      path,
      node.type === 'array',
      node.type === 'array',
    ]);
    expect([path, node.properties !== undefined && node.additionalProperties !== undefined]).toEqual([
      path,
      false,
    ]);
    const unknown = (node.required ?? []).filter((name) => node.properties?.[name] === undefined);
    expect([path, unknown]).toEqual([path, []]);
    for (const { rule, message } of node['x-kubernetes-validations'] ?? []) {
      expect(rule).toMatch(/self/);
      expect(message).not.toMatch(/\n/);
    }
  }
});

test.each(ALL_KONG_KINDS)('every field of %s is explained', (kind) => {
  const silent = [...nodesOf(schemaOf(kind), kind)]
    .filter(([path, { description }]) => description === undefined && /\.\w+$/.test(path))
    .map(([path]) => path)
    .filter((path) => !/\.(status|metadata)\b/.test(path));
  expect(silent).toEqual([]);
});

const manifests = [
  ...manifestsIn(join(top, 'examples'), '**/*.yaml'),
  ...manifestsIn(join(top, 'packages/translation/src/golden'), '*.in.yaml'),
  ...(process.env['KIC_GOLDEN'] === undefined ? [] : manifestsIn(process.env['KIC_GOLDEN'], '*/in.yaml')),
];

test.each(manifests.filter(([, manifest]) => isValid(manifest)))(
  '%s keeps all of its fields',
  (_name, manifest) => {
    const validate = validators.get(manifest.kind);
    expect([validate?.(manifest), validate?.errors]).toEqual([true, null]);
  },
);

test('the manifests hold enough to compare', () => {
  expect(manifests.filter(([, manifest]) => isValid(manifest)).length).toBeGreaterThan(30);
  expect(ALL_KONG_KINDS.filter((each) => !manifests.some(([, { kind }]) => kind === each))).toEqual([]);
});

test.each<[KongKind, object]>([
  ['KongPlugin', { config: {} }],
  ['KongPlugin', { plugin: '' }],
  ['KongPlugin', { plugin: 'x', config: 'minute: 5' }],
  ['KongPlugin', { plugin: 'x', conifg: {} }],
  ['KongPlugin', { plugin: 'x', protocols: ['htps'] }],
  ['KongPlugin', { plugin: 'x', configFrom: { secretKeyRef: { name: 'a' } } }],
  ['KongClusterPlugin', { plugin: 'x', configFrom: { secretKeyRef: { name: 'a', key: 'b' } } }],
  ['KongConsumer', { username: 'a', credentials: 'key' }],
  ['KongUpstreamPolicy', { spec: { slots: 9 } }],
  ['KongUpstreamPolicy', { spec: { algorithm: 'random' } }],
  ['KongUpstreamPolicy', { spec: { healthchecks: { active: { httpPath: 'status' } } } }],
  ['KongUpstreamPolicy', { spec: { healthchecks: { passive: { unhealthy: { interval: 1 } } } } }],
  ['KongUpstreamPolicy', { spec: { healthchecks: { active: { headers: { 'x-a': 'b' } } } } }],
  ['KongUpstreamPolicy', { spec: { stickySessions: {} } }],
  ['KongIngress', { upstream: { slots: 1 } }],
  ['KongVault', { spec: { backend: 'env' } }],
  ['KongLicense', { enabled: true }],
  ['KongCustomEntity', { spec: { type: 'x', fields: 'a', controllerName: 'kong' } }],
  ['KongServiceFacade', { spec: { backendRef: { name: 'a', port: 70_000 } } }],
  ['IngressClassParameters', { spec: { serviceUpstream: 'true' } }],
  ['TCPIngress', { spec: { rules: [{ port: 0, backend: { serviceName: 'a', servicePort: 1 } }] } }],
  [
    'TCPIngress',
    { spec: { rules: [{ host: 'a:80', port: 1, backend: { serviceName: 'a', servicePort: 1 } }] } },
  ],
  ['UDPIngress', { spec: { rules: [{ port: 1, backend: { servicePort: 1 } }] } }],
])('%s %j is refused here and by the schema', (kind, body) => {
  expect(parseResource(kind, { ...body }).ok).toBe(false);
  const manifest = { apiVersion: 'v1', kind, metadata: { name: 'a' }, ...body };
  expect(validators.get(kind)?.(manifest)).toBe(false);
});

test('rules between fields are told with their place, in CEL', () => {
  expect(schemaOf('KongPlugin')['x-kubernetes-validations']).toContainEqual({
    rule: '!has(self.configFrom) || !has(self.config)',
    message: 'configFrom cannot be given together with config',
    fieldPath: '.configFrom',
  });
  const rules = ALL_KONG_KINDS.flatMap((kind) => [...nodesOf(schemaOf(kind), kind)]).flatMap(([path, node]) =>
    (node['x-kubernetes-validations'] ?? []).filter(({ rule }) => rule.includes('oldSelf')).map(() => path),
  );
  expect(rules).toEqual(['KongPlugin', 'KongClusterPlugin', 'KongVault', 'KongCustomEntity.spec']);
});

test('free-form configuration is kept whole', () => {
  for (const kind of ['KongPlugin', 'KongClusterPlugin'] as const) {
    expect(schemaOf(kind).properties?.['config']).toMatchObject({
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
    });
  }
});

test('what a schema of the API server cannot say is a mistake of the definition', () => {
  expect(() => structuralSchema(z.strictObject({ a: z.union([z.string(), z.number()]) }))).toThrow(/^\.a: /);
  expect(() => structuralSchema(z.strictObject({ a: z.number().gt(0) }))).toThrow(/^\.a: "exclusiveMinimum"/);
});
