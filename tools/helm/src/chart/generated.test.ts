import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { generatedManifests, generatedSchema, type GeneratedFile } from '../generated.ts';
import { tryRender } from '../render.ts';
import { testWithHelm } from '../testing/with-helm.ts';
import { valuesSchema, type Schema } from '../values-schema.ts';

function stored({ path }: GeneratedFile): string {
  return readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
}

test('the schema of the values is the one of the source; else run `npm run docs`', () => {
  expect(stored(generatedSchema())).toBe(generatedSchema().content);
});

testWithHelm('the plain manifests are those of the chart; else run `npm run docs`', () => {
  for (const file of generatedManifests()) expect(stored(file)).toBe(file.content);
});

const VALUES = readFileSync(
  new URL('../../../../deploy/helm/silverback/values.yaml', import.meta.url),
  'utf8',
);

test('every value that the schema knows stands in values.yaml', () => {
  // What is left out there on purpose: the settings have a reference of their own.
  const isElsewhere = (path: string) => path.startsWith('settings.') || path === 'global';
  const missing = (schema: Schema, values: unknown, path = ''): readonly string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, below]) => {
      const where = path === '' ? key : `${path}.${key}`;
      if (isElsewhere(where)) return [];
      const value = (values as Readonly<Record<string, unknown>> | undefined)?.[key];
      return value === undefined ? [where] : missing(below, value, where);
    });
  expect(missing(valuesSchema(), load(VALUES))).toEqual([]);
});

testWithHelm('a value that is not known, and one of a wrong type, are refused with their path', () => {
  const values = {
    replicas: 3,
    replicaCount: 'two',
    settings: { fleets: [{ name: 'Edge' }], log: { level: 'loud' } },
  };
  const { status, stderr } = tryRender({ values });
  expect(status).not.toBe(0);
  expect(stderr).toContain("additional properties 'replicas' not allowed");
  expect(stderr).toContain("at '/replicaCount': got string, want integer");
  expect(stderr).toContain("at '/settings/fleets/0/name': 'Edge' does not match pattern");
  expect(stderr).toContain("at '/settings/log/level': value must be one of");
});

testWithHelm.each([
  ['stateDirectory', { stateDirectory: '/tmp' }],
  ['health', { health: { enabled: false } }],
  ['source/kubernetes', { source: { kubernetes: { kubeconfig: '/root/.kube/config' } } }],
])('what the chart itself sets can not be set beside it: %s', (path, settings) => {
  const { stderr } = tryRender({ values: { settings } });
  const at = path.includes('/') ? `/settings/${path}` : '/settings';
  expect(stderr).toContain(`at '${at}': additional properties`);
});

testWithHelm('a gateway of a fleet that is not there is refused', () => {
  const { status, stderr } = tryRender({ values: { gateway: { enabled: true, fleet: 'egde' } } });
  expect(status).not.toBe(0);
  expect(stderr).toContain('gateway.fleet is "egde", but settings.fleets has only: edge');
});
