import type { ClusterFigures } from './figures.ts';
import { judgeCluster } from './targets.ts';

const GOOD: ClusterFigures = {
  size: { ingresses: 19_999, slices: 3, endpoints: 1 },
  nodeOptions: '',
  server: { objects: 1, megabytes: 1, bareListMs: 1, bareListMegabytes: 1, bareListServerCpuMs: 1 },
  start: {
    firstPayloadMs: 8_000,
    firstPayloadCpuMs: 1,
    firstPayloadServerCpuMs: 1,
    quietSeconds: 60,
    rssMb: 450,
    peakRssMb: 700,
    quietCpuMs: 1,
    requests: {},
  },
  changes: {
    perSecond: 100,
    seconds: 60,
    events: 6_000,
    medianMs: 1,
    p99Ms: 1,
    maximumMs: 1,
    pushes: 1,
    cpuMs: 1,
    rssMb: 1,
    peakRssMb: 700,
  },
  requests: [
    { proxies: 1, allHeldMs: 1, requests: 50, leaseRequests: 3 },
    { proxies: 10, allHeldMs: 1, requests: 50, leaseRequests: 4 },
  ],
  statuses: {
    ingresses: 1_000,
    writes: 1_000,
    published: 1_000,
    ms: 1,
    writesAfterChange: 0,
    writesAfterRestart: 0,
  },
};

function missed(figures: ClusterFigures): string[] {
  return judgeCluster(figures)
    .filter(({ verdict }) => verdict === 'missed')
    .map(({ what }) => what);
}

test('figures at the limits meet the targets', () => {
  expect(judgeCluster(GOOD).map(({ verdict }) => verdict)).toEqual(Array.from({ length: 7 }, () => 'met'));
});

test.each<[string, Partial<ClusterFigures>]>([
  ['first payload within 8 s', { start: { ...GOOD.start, firstPayloadMs: 8_001 } }],
  ['at most 450 MB after a minute', { start: { ...GOOD.start, rssMb: 451 } }],
  ['at most 700 MB at any time', { start: { ...GOOD.start, peakRssMb: 701 } }],
  ['at most 700 MB at any time', { changes: { ...GOOD.changes, peakRssMb: 701 } }],
  [
    'as many requests for any number of proxies',
    { requests: [...GOOD.requests, { proxies: 100, allHeldMs: 1, requests: 51, leaseRequests: 3 }] },
  ],
  ['every Ingress shows its address', { statuses: { ...GOOD.statuses, published: 999 } }],
  ['at most one write for each changed status', { statuses: { ...GOOD.statuses, writes: 1_001 } }],
  ['no write for a status that stays', { statuses: { ...GOOD.statuses, writesAfterRestart: 1 } }],
])('a figure beyond a limit misses its target: %s', (what, change) => {
  expect(missed({ ...GOOD, ...change })).toEqual([what]);
});

test('time and memory are judged for one size, and memory after a minute only', () => {
  const small = { ...GOOD, size: { ...GOOD.size, ingresses: 999 }, start: { ...GOOD.start, rssMb: 451 } };
  expect(missed(small)).toEqual([]);
  expect(missed({ ...GOOD, start: { ...GOOD.start, quietSeconds: 20, rssMb: 451 } })).toEqual([]);
});
