import picocolors from 'picocolors';
import { duration, renderView, wrap, type Style } from './table.ts';
import { fleetReport, proxyReport, REFUSED_PLUGIN } from './testing/reports.ts';

const STYLE: Style = { columns: 100, colors: picocolors.createColors(false), nameOf: () => 'a' };

test('a proxy is one row, with short hashes', () => {
  const lines = renderView({ fleets: [fleetReport()], notes: [] }, STYLE);
  const rows = lines.map((line) => line.trim().split(/ {2,}/));
  expect(rows[0]).toEqual(['PROXY', 'STATE', 'DESIRED', 'REPORTED', 'LAG', 'LAST APPLY', 'PUSHES']);
  expect(rows[1]).toEqual(['a', 'in-sync', '01234567', '01234567', '0', '12 ms', '1']);
  expect(rows).toHaveLength(3);
});

test('a proxy that never took a configuration shows dashes', () => {
  const bare = { name: 'n', key: 'k', origin: 'static', state: 'connecting', lagMs: 0, pushes: 0 } as const;
  const lines = renderView({ fleets: [fleetReport({ proxies: [bare] })], notes: [] }, STYLE);
  expect(lines[1]?.trim().split(/ {2,}/)).toEqual(['a', 'connecting', '-', '-', '0', '-', '0']);
});

test('a proxy that reports 32 zeros is empty', () => {
  const fleets = [fleetReport({ proxies: [proxyReport({ reportedHash: '0'.repeat(32) })] })];
  expect(renderView({ fleets, notes: [] }, STYLE)[1]).toMatch(/01234567 +empty/);
});

test('columns stand where they stood, whatever the state and its colour', () => {
  const colored = { ...STYLE, colors: picocolors.createColors(true) };
  const hashColumn = (state: 'in-sync' | 'unreachable'): number | undefined => {
    const fleets = [fleetReport({ proxies: [proxyReport({ state })] })];
    return renderView({ fleets, notes: [] }, colored)[1]?.indexOf('01234567');
  };
  expect(hashColumn('in-sync')).toBe(hashColumn('unreachable'));
});

test('odd, contended and unreachable proxies are told by their state, and below the table with the reason', () => {
  const trouble = [
    ['rejected', 'OddProxy', 'it refuses what others accept'],
    ['contended', 'ForeignWriter', 'the configuration was replaced again'],
    ['unreachable', 'ConnectionRefused', 'nothing listens'],
  ] as const;
  const proxies = trouble.map(([state, code, message]) =>
    proxyReport({ name: state, key: state, state, reason: { code, message } }),
  );
  const style = { ...STYLE, colors: picocolors.createColors(true), nameOf: (name: string) => `p-${name}` };
  const text = renderView({ fleets: [fleetReport({ proxies })], notes: [] }, style).join('\n');
  for (const [state, code, message] of trouble) {
    expect(text).toContain(style.colors.red(state));
    expect(text).toContain(`p-${state}: ${code}: ${message}`);
  }
});

test('a proxy that takes hardly more than the configuration is told of', () => {
  const proxies = [proxyReport({ sizeLimit: 5_000 })];
  const lines = renderView({ fleets: [fleetReport({ proxies })], notes: [] }, STYLE);
  expect(lines).toContain('a: the configuration has 4096 bytes; this proxy takes fewer than 5000');
});

test('a problem is shown below the table with code, resource, place, message and what was done', () => {
  const lines = renderView(
    { fleets: [fleetReport({ problems: [REFUSED_PLUGIN] })], notes: [] },
    { ...STYLE, columns: 500 },
  );
  expect(lines.at(-1)).toBe(
    'RefusedByKong: KongPlugin/shop/maintenance: maintenance.yaml:22: ' +
      'config.status_code: value should be between 100 and 599; its last accepted form is served',
  );
});

test('a held resource is told once: by its problem, or by itself if it has none', () => {
  const held = [
    { root: 'KongPlugin/shop/maintenance', reason: 'out of range', instead: 'previous' as const },
  ];
  const linesWith = (problems: (typeof REFUSED_PLUGIN)[]): string =>
    renderView({ fleets: [fleetReport({ held, problems })], notes: [] }, STYLE).join('\n');
  expect(linesWith([REFUSED_PLUGIN])).not.toContain('held:');
  expect(linesWith([])).toContain(
    'held: KongPlugin/shop/maintenance: its last accepted form is served: out of range',
  );
});

test('what happened to the demo itself is shown, and why there is no report', () => {
  const view = {
    fleets: [],
    silence: 'no report from the controller: refused',
    notes: ['proxy a has ended'],
  };
  const lines = renderView(view, STYLE);
  expect(lines).toContain('no report from the controller: refused');
  expect(lines).toContain('proxy a has ended');
});

test.each([
  [0, '0'],
  [999, '999 ms'],
  [1_500, '2 s'],
  [119_000, '119 s'],
  [180_000, '3 min'],
])('%d ms is read as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('a long text is broken at spaces and indented', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', '  three', '  four']);
});
