import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@silverback/clock';
import { staticBackend, type MembershipSnapshot } from './index.ts';
import { readProxyFile } from './proxy-list.ts';
import { secure, services } from './testing/services.ts';

let directory: string;
let endings: (() => Promise<void>)[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'silverback-static-'));
  endings = [];
});
afterEach(async () => {
  for (const end of endings) await end();
  rmSync(directory, { recursive: true });
});

function write(text: string, name = 'proxies.txt'): void {
  writeFileSync(join(directory, name), text);
}

function watch(file = 'proxies.txt') {
  const context = { ...secure, directory };
  const parsed = staticBackend.parseSettings({ file }, context);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const clock = new VirtualClock();
  const discovery = staticBackend.create(parsed.settings, context, services(clock));
  endings.push(() => discovery.stop());
  const reports: MembershipSnapshot[] = [];
  return {
    clock,
    discovery,
    start: () => discovery.start((report) => reports.push(report)),
    /** Resolves after one more look at the file. */
    look: async () => {
      await clock.advance(1000);
      while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    /** What was reported since the last call. */
    heard: () =>
      reports
        .splice(0)
        .map(({ members, health }) => [
          members.map(({ key }) => key).join(),
          health.state === 'ok' ? 'ok' : health.code,
        ]),
  };
}

test('a list is read at once, and again when it has changed and rests', async () => {
  write('https://10.0.0.7 # the first\n\n# none\nhttps://kong:9444\n');
  const { start, look, heard } = watch();
  await start();
  expect(heard()).toEqual([['10.0.0.7:8444,kong:9444', 'ok']]);
  await look();
  expect(heard()).toEqual([]);
  write('https://10.0.0.8\n');
  await look();
  expect(heard()).toEqual([]);
  write('https://10.0.0.8\nhttps://10.0.0.9\n');
  await look();
  expect(heard()).toEqual([]);
  await look();
  expect(heard()).toEqual([['10.0.0.8:8444,10.0.0.9:8444', 'ok']]);
});

test('a list that vanishes or has mistakes leaves the last good one in force', async () => {
  write('https://10.0.0.7');
  const { start, look, heard } = watch();
  await start();
  heard();
  rmSync(join(directory, 'proxies.txt'));
  await look();
  await look();
  expect(heard()).toEqual([['10.0.0.7:8444', 'ProxyListUnreadable']]);
  write('https://10.0.0.8\nhttp://10.0.0.9\n');
  await look();
  await look();
  expect(heard()).toEqual([['10.0.0.7:8444', 'ProxyListInvalid']]);
  write('');
  await look();
  await look();
  expect(heard()).toEqual([['', 'ok']]);
});

test('a list that is not there at the start is a failure, not an end', async () => {
  const { start, look, heard } = watch();
  await start();
  expect(heard()).toEqual([['', 'ProxyListUnreadable']]);
  write('https://10.0.0.7');
  await look();
  await look();
  expect(heard()).toEqual([['10.0.0.7:8444', 'ok']]);
});

test('a link that is swapped, as Kubernetes does with mounted files, is a change', async () => {
  write('https://10.0.0.7', 'one');
  write('https://10.0.0.8', 'two');
  symlinkSync('one', join(directory, 'proxies.txt'));
  const { start, look, heard } = watch();
  await start();
  symlinkSync('two', join(directory, 'new'));
  renameSync(join(directory, 'new'), join(directory, 'proxies.txt'));
  await look();
  await look();
  expect(heard().map(([members]) => members)).toEqual(['10.0.0.7:8444', '10.0.0.8:8444']);
});

test('nothing is looked at after the end', async () => {
  write('https://10.0.0.7');
  const { start, discovery, clock } = watch();
  await start();
  await discovery.stop();
  expect(clock.pendingTimers).toBe(0);
});

test.each([
  ['list.yaml', '- https://a\n- https://b:1\n', ['a:8444', 'b:1']],
  ['list.yml', 'proxies: [https://a]', ['a:8444']],
  ['list.json', '{"proxies": ["https://a"]}', ['a:8444']],
  ['list.yaml', '[]', []],
  ['list', ' https://a \r\n#https://b', ['a:8444']],
])('%s with %j', (file, text, expected) => {
  const list = readProxyFile(text, file, false);
  expect(list.ok ? list.proxies.map(({ host, port }) => `${host}:${port}`) : list.issues).toEqual(expected);
});

test.each([
  ['list.yaml', '- https://a\n- https://a:8444\n- 7', ['[1]', '[2]']],
  ['list.yaml', 'proxies: [http://a]', ['proxies[0]']],
  ['list.yaml', 'a: [', ['line 1']],
  ['list.yaml', '', ['line 1']],
  ['list.yaml', 'proxies: https://a', ['']],
  ['list.txt', 'https://a#b', ['line 1']],
  ['list.txt', '\nhttps://user:s3cret@a\nb', ['line 2', 'line 3']],
])('%s with %j is refused at %j', (file, text, places) => {
  const list = readProxyFile(text, file, false);
  expect(list.ok ? [] : list.issues.map(({ path }) => path)).toEqual(places);
  expect(JSON.stringify(list)).not.toContain('s3cret');
});
