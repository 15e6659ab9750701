import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLedgerStore, FilePayloadStore } from '../index.ts';
import { ingress, kongPlugin, web } from '../testing/fixtures.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'silverback-stores-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const FRAGMENTS = new Map([web, ingress('front', '/')].map((fragment) => [fragment.root, fragment]));

/** What a store tells that should have nothing to tell. */
function fail(error: Error): never {
  throw error;
}

test('of many groups only the last few are kept', async () => {
  const store = new FilePayloadStore(folder);
  for (let group = 0; group < 10; group += 1) {
    const payloadHash = String(group).padStart(32, '0');
    await store.save({ facets: { group: String(group) }, payloadHash, fragments: FRAGMENTS });
  }
  const kept = await store.load(fail);
  expect(kept.map(({ facets }) => Number(facets['group']))).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
  expect(await readdir(join(folder, 'accepted'))).toHaveLength(8 + 1 + 2);
});

test('last accepted forms of what is absent for now are kept apart from what was served', async () => {
  const absent = new Map([['KongPlugin/shop/limit', kongPlugin('limit', 5)]]);
  const state = { facets: {}, payloadHash: 'a'.repeat(32), fragments: FRAGMENTS, absent };
  await new FilePayloadStore(folder).save(state);
  const [read] = await new FilePayloadStore(folder).load(fail);
  expect([...(read?.fragments.keys() ?? [])]).toEqual([...FRAGMENTS.keys()]);
  expect(read?.absent).toEqual(absent);
});

test('what a crash left unfinished is removed by the next start', async () => {
  const store = new FilePayloadStore(folder);
  const state = { facets: {}, payloadHash: 'a'.repeat(32), fragments: FRAGMENTS };
  await store.save(state);
  const names = await readdir(join(folder, 'accepted'));
  await writeFile(join(folder, 'accepted', `${'b'.repeat(32)}.ndjson.x.unfinished`), 'a key');
  await writeFile(join(folder, 'ledger.json.x.unfinished'), 'a reason');
  expect(await new FilePayloadStore(folder).load(fail)).toHaveLength(1);
  await new FileLedgerStore(folder).load();
  expect(await readdir(join(folder, 'accepted'))).toEqual(names);
  expect(await readdir(folder)).toEqual(['accepted']);
});

test.each([
  ['another version', { format: 1, entries: [] }],
  ['no entries', { format: 2 }],
  ['an entry without a reason', { format: 2, entries: [{ root: 'a', fragmentHash: 'b', facets: {} }] }],
])('a ledger with %s is not taken', async (_, ledger) => {
  await writeFile(join(folder, 'ledger.json'), JSON.stringify(ledger));
  await expect(new FileLedgerStore(folder).load()).rejects.toMatchObject({
    code: 'StateUnreadable',
    where: join(folder, 'ledger.json'),
    message: expect.stringContaining('not a ledger of this version') as string,
  });
});

test.each([
  ['changed', (text: string) => text.replace('shop.web.80', 'shop.evil.80')],
  ['cut at the end of a line', (text: string) => text.slice(0, text.indexOf('\n') + 1)],
])('a configuration that was %s is told of, and those of other groups are there', async (_, damage) => {
  const store = new FilePayloadStore(folder);
  for (const [router, payloadHash] of [
    ['expressions', 'a'.repeat(32)],
    ['traditional', 'b'.repeat(32)],
  ] as const) {
    await store.save({ facets: { router }, payloadHash, fragments: FRAGMENTS });
  }
  const path = join(folder, 'accepted', `${'b'.repeat(32)}.ndjson`);
  await writeFile(path, damage(await readFile(path, 'utf8')));
  const told: string[] = [];
  const states = await store.load(({ code, where }) => told.push(`${code} ${where}`));
  expect(states.map(({ facets }) => facets)).toEqual([{ router: 'expressions' }]);
  expect(told).toEqual([`StateUnreadable ${path}`]);
});

test('a list of configurations leads to no other file', async () => {
  await new FilePayloadStore(folder).save({
    facets: {},
    payloadHash: 'a'.repeat(32),
    fragments: FRAGMENTS,
  });
  const list = [{ facets: {}, payloadHash: '../../elsewhere' }];
  await writeFile(join(folder, 'accepted', 'current.json'), JSON.stringify(list));
  await expect(new FilePayloadStore(folder).load(fail)).rejects.toMatchObject({
    where: join(folder, 'accepted', 'current.json'),
  });
});
