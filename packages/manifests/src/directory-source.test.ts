import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';

import { SystemClock, VirtualClock } from '@silverback/clock';

import { DirectorySource } from './directory-source.ts';
import { codes, names, Reports } from './testing/reports.ts';
import { service, TemporaryDirectory } from './testing/temporary-directory.ts';

/** So rarely that a test which depended on it would not end. */
const NO_POLL = 3_600_000;

interface Watched {
  readonly reports: Reports;
}

const running = new Set<DirectorySource>();

// Not at the end of each test: one that waits in vain must not leave a watch that keeps the process alive.
afterEach(async () => {
  for (const source of running) await source.stop();
  running.clear();
});

async function watched(path: string, pollMs = NO_POLL): Promise<Watched> {
  const reports = new Reports();
  const source = new DirectorySource({ path, clock: new SystemClock(), pollMs });
  await source.start(reports.take);
  running.add(source);
  return { reports };
}

test('the first report is there when the start resolves', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const source = await watched(folder.path);
  expect(source.reports.all.map(names)).toEqual([['cart']]);
});

test('a directory that does not exist at the start is an error', async () => {
  using folder = new TemporaryDirectory();
  await expect(watched(folder.at('absent'))).rejects.toMatchObject({ code: 'ManifestDirectoryUnreadable' });
});

test('a save in place, a save by renaming, a new file and a removal are reported', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const source = await watched(folder.path);
  folder.write('a.yaml', service('pay'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'pay');
  folder.write('.a.yaml.new', service('stock'));
  renameSync(folder.at('.a.yaml.new'), folder.at('a.yaml'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'stock');
  folder.write('b.yaml', service('cart'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'cart,stock');
  rmSync(folder.at('a.yaml'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'cart');
});

test('directories that appear later are watched, too', async () => {
  using folder = new TemporaryDirectory();
  const source = await watched(folder.path);
  folder.write('new/er/a.yaml', service('cart'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'cart');
  folder.write('new/er/a.yaml', service('pay'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'pay');
});

test('a mounted ConfigMap counts once, and follows when its link is swapped', async () => {
  using folder = new TemporaryDirectory();
  folder.write('..2026_01/a.yaml', service('cart'));
  symlinkSync('..2026_01', folder.at('..data'));
  symlinkSync('..data/a.yaml', folder.at('a.yaml'));
  const source = await watched(folder.path);
  expect(source.reports.all.map(names)).toEqual([['cart']]);
  folder.write('..2026_02/a.yaml', service('cart', 81));
  symlinkSync('..2026_02', folder.at('..data_tmp'));
  renameSync(folder.at('..data_tmp'), folder.at('..data'));
  rmSync(folder.at('..2026_01'), { recursive: true });
  const snapshot = await source.reports.latest(({ resources }) => JSON.stringify(resources).includes(':81'));
  expect(codes(snapshot)).toEqual([]);
});

test('a directory that is a link follows when the link is swapped', async () => {
  using folder = new TemporaryDirectory();
  folder.write('one/a.yaml', service('cart'));
  folder.write('two/a.yaml', service('cart', 81));
  symlinkSync('one', folder.at('current'));
  const source = await watched(folder.at('current'));
  symlinkSync('two', folder.at('next'));
  renameSync(folder.at('next'), folder.at('current'));
  await source.reports.latest(({ resources }) => JSON.stringify(resources).includes(':81'));
  folder.write('two/a.yaml', service('cart', 82));
  await source.reports.latest(({ resources }) => JSON.stringify(resources).includes(':82'));
});

test('a directory that vanishes is a problem, keeps its objects, and is watched again when it returns', async () => {
  using folder = new TemporaryDirectory();
  folder.write('shop/a.yaml', service('cart'));
  const source = await watched(folder.at('shop'));
  rmSync(folder.at('shop'), { recursive: true });
  const lost = await source.reports.latest((snapshot) => codes(snapshot).includes('ManifestDirectoryLost'));
  expect(names(lost)).toEqual(['cart']);
  folder.write('shop/a.yaml', service('cart', 81));
  await source.reports.latest((snapshot) => codes(snapshot).length === 0);
  folder.write('shop/a.yaml', service('cart', 82));
  await source.reports.latest(({ resources }) => JSON.stringify(resources).includes(':82'));
});

test('a burst of changes ends with what stands in the files then', async () => {
  using folder = new TemporaryDirectory();
  const source = await watched(folder.path);
  for (let port = 1; port <= 300; port += 1) folder.write(`${port % 7}.yaml`, service(`s${port % 7}`, port));
  const expected = [294, 295, 296, 297, 298, 299, 300];
  await source.reports.latest(({ resources }) => {
    const ports = resources.flatMap((record) => (record.kind === 'Service' ? record.ports : []));
    return JSON.stringify(ports.map(({ port }) => port).sort()) === JSON.stringify(expected);
  });
});

test('a change that the system does not report is found by comparing', async () => {
  using folder = new TemporaryDirectory();
  using elsewhere = new TemporaryDirectory();
  elsewhere.write('a.yaml', service('cart'));
  mkdirSync(folder.at('shop'));
  linkSync(elsewhere.at('a.yaml'), folder.at('shop/a.yaml'));
  const source = await watched(folder.at('shop'), 30);
  elsewhere.write('a.yaml', service('pay'));
  await source.reports.latest((snapshot) => names(snapshot).join() === 'pay');
});

test('after stop there is no report, no timer and no watch', async () => {
  using folder = new TemporaryDirectory();
  const clock = new VirtualClock();
  const reports = new Reports();
  const source = new DirectorySource({ path: folder.path, clock });
  await source.start(reports.take);
  await source.stop();
  folder.write('a.yaml', service('cart'));
  await clock.advance(10_000);
  expect(reports.all).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});
