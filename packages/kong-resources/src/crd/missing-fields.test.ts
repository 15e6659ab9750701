import { ALL_KONG_KINDS, customResourceDefinition } from './custom-resource-definition.ts';
import { missingFields } from './missing-fields.ts';

/** The definition of a kind with something changed in the JSON of its version. */
function changed(kind: 'KongUpstreamPolicy' | 'KongPlugin', change: (version: Version) => void): unknown {
  const definition = JSON.parse(JSON.stringify(customResourceDefinition(kind))) as {
    spec: { versions: [Version] };
  };
  change(definition.spec.versions[0]);
  return definition;
}

interface Version {
  name: string;
  subresources?: unknown;
  schema: { openAPIV3Schema: Schema };
}

interface Schema {
  properties: Record<string, Schema>;
  items: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

test.each(ALL_KONG_KINDS)('nothing is missing in our own definition of %s', (kind) => {
  expect(missingFields(kind, customResourceDefinition(kind))).toEqual([]);
});

test('a field that is not known is named, but not what would be in it', () => {
  const older = changed('KongUpstreamPolicy', ({ schema: { openAPIV3Schema: schema } }) => {
    const spec = schema.properties['spec'];
    delete spec?.properties['stickySessions'];
    delete spec?.properties['hashOn']?.properties['cookiePath'];
  });
  expect(missingFields('KongUpstreamPolicy', older)).toEqual([
    'spec.hashOn.cookiePath',
    'spec.stickySessions',
  ]);
});

test('a field without effect is not missed, and one within a list is', () => {
  const older = changed('KongPlugin', ({ schema: { openAPIV3Schema: schema } }) => {
    delete schema.properties['run_on'];
    delete schema.properties['configPatches']?.items.properties['path'];
  });
  expect(missingFields('KongPlugin', older)).toEqual(['configPatches[].path']);
});

test('a configuration that is not kept whole, and a status that cannot be written, are named', () => {
  const older = changed('KongPlugin', (version) => {
    const { properties } = version.schema.openAPIV3Schema;
    delete properties['config']?.['x-kubernetes-preserve-unknown-fields'];
    delete properties['status'];
    delete version.subresources;
  });
  expect(missingFields('KongPlugin', older)).toEqual(['config', 'status', 'subresources.status']);
});

test('a definition that allows everything lacks nothing, and one without our version is not looked at', () => {
  const open = changed('KongPlugin', (version) => {
    version.schema = { openAPIV3Schema: { 'x-kubernetes-preserve-unknown-fields': true } as Schema };
  });
  expect(missingFields('KongPlugin', open)).toEqual([]);
  expect(
    missingFields(
      'KongPlugin',
      changed('KongPlugin', (version) => {
        version.name = 'v1alpha1';
      }),
    ),
  ).toEqual([]);
  for (const odd of [undefined, null, {}, { spec: { versions: 'v1' } }]) {
    expect(missingFields('KongPlugin', odd)).toEqual([]);
  }
});
