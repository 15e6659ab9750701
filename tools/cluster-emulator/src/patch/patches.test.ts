import { BUILT_IN_SHAPES } from '../apply/shape.ts';
import type { Json } from '../json.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

test.each<[string, Json, Json, Json]>([
  ['a field is set', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
  ['null takes a field away', { a: 1, b: 2 }, { b: null }, { a: 1 }],
  ['objects are merged', { a: { b: 1, c: 2 } }, { a: { c: 3 } }, { a: { b: 1, c: 3 } }],
  ['lists are replaced', { a: [1, 2] }, { a: [3] }, { a: [3] }],
  ['null within something new is nothing', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
])('merge patch: %s', (_case, target, patch, expected) => {
  expect(mergePatch(target, patch)).toEqual(expected);
});

test.each<[string, Json, Json, Json]>([
  ['add', { a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
  ['add at the end', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  ['replace', { 'a/b': 1 }, [{ op: 'replace', path: '/a~1b', value: 2 }], { 'a/b': 2 }],
  ['remove', { a: 1, b: [1, 2] }, [{ op: 'remove', path: '/b/0' }], { a: 1, b: [2] }],
  ['move', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
  ['copy', { a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
  ['test', { a: { b: 1 } }, [{ op: 'test', path: '/a', value: { b: 1 } }], { a: { b: 1 } }],
])('JSON patch: %s', (_case, target, patch, expected) => {
  expect(jsonPatch(target, patch)).toEqual(expected);
});

test.each<[string, Json]>([
  ['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
  ['what is not there', [{ op: 'remove', path: '/b' }]],
  ['a list that is too short', [{ op: 'add', path: '/l/5', value: 1 }]],
  ['no list', {}],
  ['an unknown operation', [{ op: 'increase', path: '/a' }]],
])('JSON patch: %s is refused', (_case, patch) => {
  expect(() => jsonPatch({ a: 1, l: [] }, patch)).toThrow();
});

describe('strategic merge patch', () => {
  const shape = BUILT_IN_SHAPES['Service'] ?? {};
  const service = (ports: Json, more: Record<string, Json> = {}) => ({ spec: { ports, ...more } });
  const before = service([
    { name: 'http', port: 80, protocol: 'TCP' },
    { name: 'tls', port: 443, protocol: 'TCP' },
  ]);

  test.each<[string, Json, Json]>([
    [
      'ports are told apart by their number',
      service([{ port: 443, name: 'https' }]),
      service([
        { name: 'http', port: 80, protocol: 'TCP' },
        { name: 'https', port: 443, protocol: 'TCP' },
      ]),
    ],
    [
      'one of them is taken away',
      service([{ port: 80, $patch: 'delete' }], { '$setElementOrder/ports': [{ port: 443 }] }),
      service([{ name: 'tls', port: 443, protocol: 'TCP' }]),
    ],
    ['all of them are replaced', service([{ $patch: 'replace' }, { port: 1 }]), service([{ port: 1 }])],
    ['a whole object is replaced', { spec: { $patch: 'replace', type: 'X' } }, { spec: { type: 'X' } }],
    ['only some fields are kept', { spec: { $retainKeys: ['type'], type: 'X' } }, { spec: { type: 'X' } }],
  ])('%s', (_case, patch, expected) => {
    expect(strategicMergePatch(before, patch, shape)).toEqual(expected);
  });

  test('finalizers are added and taken away each for itself', () => {
    const target = { metadata: { finalizers: ['a', 'b'] } };
    const patch = { metadata: { finalizers: ['c'], '$deleteFromPrimitiveList/finalizers': ['a'] } };
    const { finalizers } = (strategicMergePatch(target, patch, shape) as typeof target).metadata;
    expect([...finalizers].sort()).toEqual(['b', 'c']);
  });
});
