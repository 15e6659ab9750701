import type { TranslationFigures } from './figures.ts';
import { judgeTranslation } from './targets.ts';

const GOOD: TranslationFigures = {
  ingresses: 20_000,
  consumers: 0,
  fullMs: 1_500,
  oneIngressToFragmentMs: 5,
  oneIngressToBytesMs: 36,
  md5Ms: 20,
  oneSliceToBytesMs: 1,
  sharedPluginToBytesMs: 136,
  newConsumerToBytesMs: 1,
  heapMb: 150,
  rssMb: 200,
  payloadMb: 20,
  entities: 1,
  loopBlockMs: 50,
};

test('figures at the limits meet the targets', () => {
  expect(new Set(Object.values(judgeTranslation(GOOD)))).toEqual(new Set(['met']));
});

test.each([
  ['fragment', { oneIngressToFragmentMs: 5.1 }],
  ['bytes', { md5Ms: 19 }],
  ['plugin', { sharedPluginToBytesMs: 137 }],
  ['full', { fullMs: 1_501 }],
  ['heap', { heapMb: 151 }],
  ['loop', { loopBlockMs: 51 }],
] as const)('a figure beyond a limit misses the target: %s', (target, change) => {
  expect(judgeTranslation({ ...GOOD, ...change })[target]).toBe('missed');
});

test('other sizes are judged by their longest block only', () => {
  expect(judgeTranslation({ ...GOOD, ingresses: 5_000, loopBlockMs: 60 })).toEqual({
    fragment: 'unknown',
    bytes: 'unknown',
    plugin: 'unknown',
    full: 'unknown',
    heap: 'unknown',
    loop: 'missed',
  });
});
