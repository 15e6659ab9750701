import type { SendReport } from '../sender/protocol.ts';
import { floorFiguresOf, resultOf } from './result.ts';

function sent(timesMs: number[], more: Partial<SendReport> = {}): SendReport {
  return { timesMs, cpuSeconds: 0.5, rssMb: 100, loopBlockMs: 3, loopBusyMs: 2, ...more };
}

const one = { proxies: 4, megabytes: 1.5, applyDelayMs: 100 };

test('a result has exactly the fields that are promised, medians of the rounds, and the longest block of any', () => {
  const rounds = [
    { ours: sent([100, 400, 200, 300]), floor: sent([100, 200]) },
    {
      ours: sent([110, 900, 210, 310], { loopBlockMs: 70, loopBusyMs: 20, rssMb: 190 }),
      floor: sent([900, 100]),
    },
    { ours: sent([120, 450, 220, 320], { rssMb: 110 }), floor: sent([100, 250]) },
  ];
  expect(resultOf(one, rounds)).toEqual({
    proxies: 4,
    megabytes: 1.5,
    applyDelayMs: 100,
    medianMs: 210,
    p99Ms: 450,
    lastMs: 450,
    floorLastMs: 250,
    ratioToFloor: 1.2,
    rssMb: 110,
    loopBlockMs: 70,
    loopBusyMs: 20,
    cpuSeconds: 0.5,
    bytes: 6_000_000,
  });
});

test('the figures of the bare loop are its own', () => {
  const floor = sent([10], { cpuSeconds: 0.25, rssMb: 80, loopBlockMs: 1 });
  expect(floorFiguresOf([{ ours: sent([20]), floor }])).toEqual({
    cpuSeconds: 0.25,
    rssMb: 80,
    loopBlockMs: 1,
  });
});
