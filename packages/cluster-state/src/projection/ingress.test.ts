import type { IngressRecord } from '../records.ts';
import { projectResource } from './project-resource.ts';

function ingressOf(spec: unknown): IngressRecord {
  const raw = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' }, spec };
  const projection = projectResource(raw);
  if (!('resource' in projection)) throw new Error(JSON.stringify(projection));
  return projection.resource as IngressRecord;
}

const backend = { service: { name: 'cart', port: { number: 80 } } };

function pathsOf(...paths: unknown[]): { kept: string[]; invalid: string[] } {
  const record = ingressOf({ rules: [{ http: { paths } }] });
  return {
    kept: record.rules.flatMap((rule) => rule.paths.map((path) => path.field.replace(/.*\./, ''))),
    invalid: record.invalidFields.map(({ field }) => field.replace('spec.rules[0].http.', '')),
  };
}

test('a whole Ingress becomes a record with the fields that are used', () => {
  const record = ingressOf({
    ingressClassName: 'kong',
    defaultBackend: { service: { name: 'fallback', port: { name: 'http' } } },
    rules: [
      { host: '*.example.com', http: { paths: [{ path: '/a', pathType: 'Prefix', backend }] } },
      { host: 'no-paths.example.com' },
    ],
    tls: [{ hosts: ['shop.example.com'], secretName: 'cert' }, {}],
  });
  expect(record).toMatchObject({
    ingressClassName: 'kong',
    defaultBackend: { service: 'fallback', port: { name: 'http' } },
    rules: [
      {
        host: '*.example.com',
        paths: [
          {
            path: '/a',
            pathType: 'Prefix',
            backend: { service: 'cart', port: { number: 80 } },
            field: 'spec.rules[0].http.paths[0]',
          },
        ],
      },
      { host: 'no-paths.example.com', paths: [] },
    ],
    tls: [
      { hosts: ['shop.example.com'], secretName: 'cert', field: 'spec.tls[0]' },
      { hosts: [], secretName: '', field: 'spec.tls[1]' },
    ],
    invalidFields: [],
  });
});

test('a path without path type is ImplementationSpecific and may be anything', () => {
  const record = ingressOf({ rules: [{ http: { paths: [{ path: '~/a\\d+', backend }, { backend }] } }] });
  expect(record.rules[0]?.paths.map(({ path, pathType }) => [path, pathType])).toEqual([
    ['~/a\\d+', 'ImplementationSpecific'],
    ['', 'ImplementationSpecific'],
  ]);
  expect(record.invalidFields).toEqual([]);
});

describe('only the path is left out', () => {
  const good = { path: '/good', pathType: 'Exact', backend };
  test.each([
    ['whose type is unknown', { ...good, pathType: 'exact' }, 'pathType'],
    ['that is exact and relative', { ...good, path: 'x' }, 'path'],
    ['that is a prefix and empty', { ...good, pathType: 'Prefix', path: '' }, 'path'],
    ['that is a number', { ...good, path: 5, pathType: 'ImplementationSpecific' }, 'path'],
    ['that is half a character', { ...good, path: '/\ud800' }, 'path'],
    ['that has no backend', { ...good, backend: undefined }, 'backend'],
    ['whose backend is empty', { ...good, backend: {} }, 'backend.service'],
    ['whose Service has no name', { ...good, backend: { service: {} } }, 'backend.service.name'],
    [
      'whose Service reaches elsewhere',
      { ...good, backend: { service: { name: 'a/b' } } },
      'backend.service.name',
    ],
    [
      'whose port is too high',
      { ...good, backend: { service: { name: 'a', port: { number: 65536 } } } },
      'backend.service.port.number',
    ],
    [
      'whose port is said twice',
      { ...good, backend: { service: { name: 'a', port: { number: 1, name: 'b' } } } },
      'backend.service.port.name',
    ],
  ])('%s', (_, bad, field) => {
    expect(pathsOf(good, bad, good)).toEqual({
      kept: ['paths[0]', 'paths[2]'],
      invalid: [`paths[1].${field}`],
    });
  });
});

test('a backend that is not a Service is left open, for the translation to speak of', () => {
  const resource = { apiGroup: 'x', kind: 'Bucket', name: 'y' };
  const record = ingressOf({ rules: [{ http: { paths: [{ path: '/', backend: { resource } }] } }] });
  expect(record.rules[0]?.paths[0]).not.toHaveProperty('backend');
  expect(record.invalidFields).toEqual([]);
});

test.each([
  '*',
  'a.*.com',
  '*.*.com',
  'Shop.example.com',
  '10.0.0.1',
  'a_b.com',
  'a.com:80',
  'a..com',
  '*.',
  7,
])('a rule with the host %s is left out, the others stay', (host) => {
  const record = ingressOf({ rules: [{ host }, { host: 'good.example.com' }] });
  expect(record.rules.map((rule) => rule.host)).toEqual(['good.example.com']);
  expect(record.invalidFields.map(({ field }) => field)).toEqual(['spec.rules[0].host']);
});

test('an invalid default backend leaves the rules, and an invalid TLS entry the other entries', () => {
  const record = ingressOf({
    defaultBackend: { service: { name: 'X' } },
    rules: [{ host: 'a.com' }],
    tls: [{ secretName: '../x' }, { hosts: [1] }, { secretName: 'cert' }, 'x'],
  });
  expect(record.defaultBackend).toBeUndefined();
  expect(record.rules).toHaveLength(1);
  expect(record.tls.map(({ field }) => field)).toEqual(['spec.tls[2]']);
  expect(record.invalidFields.map(({ field }) => field)).toEqual([
    'spec.defaultBackend.service.name',
    'spec.tls[0].secretName',
    'spec.tls[1].hosts[0]',
    'spec.tls[3]',
  ]);
});

test.each([
  [5, 'spec'],
  [{ rules: 5 }, 'spec.rules'],
  [{ rules: [5] }, 'spec.rules[0]'],
  [{ rules: [{ http: [] }] }, 'spec.rules[0].http'],
])('with the spec %j the record is empty and %s is named', (spec, field) => {
  const record = ingressOf(spec);
  expect(record.rules).toEqual([]);
  expect(record.invalidFields.map((invalid) => invalid.field)).toEqual([field]);
});
