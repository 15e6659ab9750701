import type { FanOutResult } from './result.ts';
import { judge } from './targets.ts';

const small: FanOutResult = {
  proxies: 10,
  megabytes: 1,
  applyDelayMs: 0,
  medianMs: 20,
  p99Ms: 30,
  lastMs: 30,
  floorLastMs: 20,
  ratioToFloor: -6,
  rssMb: 100,
  loopBlockMs: 2,
  loopBusyMs: 2,
  cpuSeconds: 0.1,
  bytes: 10_000_000,
};

test('on its targets a result has met them', () => {
  const large = { ...small, proxies: 100, lastMs: 1300, floorLastMs: 1000, rssMb: 130, loopBlockMs: 50 };
  expect(judge(large, [small, large])).toEqual({ time: 'met', memory: 'met', loop: 'met' });
});

test('just beyond them it has missed them', () => {
  const large = { ...small, proxies: 100, lastMs: 1301, floorLastMs: 1000, rssMb: 131, loopBlockMs: 51 };
  expect(judge(large, [small, large])).toEqual({ time: 'missed', memory: 'missed', loop: 'missed' });
});

test('memory is compared with ten proxies of the same size and delay only', () => {
  const large = { ...small, proxies: 100, rssMb: 500 };
  expect(judge(large, [{ ...small, megabytes: 5 }, { ...small, applyDelayMs: 100 }, large]).memory).toBe(
    'unknown',
  );
});
