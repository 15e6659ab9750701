import { describeChanges } from './changes.ts';
import type { View } from './table.ts';
import { fleetReport, proxyReport, REFUSED_PLUGIN } from './testing/reports.ts';

const nameOf = (): string => 'a';
const viewOf = (replaced: Parameters<typeof fleetReport>[0]): View => ({
  fleets: [fleetReport(replaced)],
  notes: [],
});

test('the first look tells the state of every proxy', () => {
  expect(describeChanges(undefined, viewOf({}), nameOf)).toEqual([
    'a  in-sync  desired 01234567  reported 01234567  pushes 1',
  ]);
});

test('what stays as it was is not told again, even if its figures change', () => {
  const later = viewOf({ proxies: [proxyReport({ pushes: 2, lagMs: 5 })], problems: [REFUSED_PLUGIN] });
  expect(describeChanges(viewOf({ problems: [REFUSED_PLUGIN] }), later, nameOf)).toEqual([]);
});

test('a new state is told with its reason', () => {
  const reason = { code: 'ConnectionRefused', message: 'nobody listens' };
  const later = viewOf({ proxies: [proxyReport({ state: 'unreachable', reason })] });
  expect(describeChanges(viewOf({}), later, nameOf)).toEqual([
    'a  unreachable  desired 01234567  reported 01234567  pushes 1  ConnectionRefused: nobody listens',
  ]);
});

test('a problem is told when it comes and when it goes', () => {
  const without = viewOf({});
  const withProblem = viewOf({ problems: [REFUSED_PLUGIN] });
  const [come] = describeChanges(without, withProblem, nameOf);
  expect(come).toMatch(/^RefusedByKong: KongPlugin\/shop\/maintenance/);
  expect(describeChanges(withProblem, without, nameOf)).toEqual([`no longer: ${come ?? ''}`]);
});
