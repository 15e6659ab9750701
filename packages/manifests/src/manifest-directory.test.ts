import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';

import fc from 'fast-check';

import { ManifestDirectory } from './manifest-directory.ts';
import { readDirectory } from './read-directory.ts';
import { codes, names } from './testing/reports.ts';
import { service, TemporaryDirectory } from './testing/temporary-directory.ts';

test('all manifests below a directory are read, with file and line', async () => {
  using folder = new TemporaryDirectory();
  folder.write('b.yaml', `${service('cart')}---\n${service('pay')}`);
  folder.write('deep/er/a.yml', service('deep'));
  folder.write('c.json', JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } }));
  const { resources, problems } = await readDirectory(folder.path);
  expect(problems).toEqual([]);
  expect(resources.map(({ kind, metadata, location }) => [kind, metadata.name, location])).toEqual([
    ['Secret', 'key', { file: folder.at('c.json'), line: 1 }],
    ['Service', 'cart', { file: folder.at('b.yaml'), line: 1 }],
    ['Service', 'deep', { file: folder.at('deep/er/a.yml'), line: 1 }],
    ['Service', 'pay', { file: folder.at('b.yaml'), line: 8 }],
  ]);
});

test('hidden files, backups and swap files of editors, and other files are passed over', async () => {
  using folder = new TemporaryDirectory();
  for (const name of ['.a.yaml', '.a.yaml.swp', 'a.yaml~', '#a.yaml#', '4913', 'README.md', '.git/a.yaml']) {
    folder.write(name, service('cart'));
  }
  expect(await readDirectory(folder.path)).toEqual({ resources: [], problems: [], isComplete: true });
});

test('a link to a directory is followed, but not in a circle', async () => {
  using folder = new TemporaryDirectory();
  folder.write('.hidden/a.yaml', service('cart'));
  symlinkSync('.hidden', folder.at('linked'));
  symlinkSync(folder.path, folder.at('circle'));
  const snapshot = await readDirectory(folder.path);
  expect(names(snapshot)).toEqual(['cart']);
  expect(snapshot.problems).toEqual([]);
});

test('links out of the directory are problems, whether to a file or to a directory', async () => {
  using folder = new TemporaryDirectory();
  using elsewhere = new TemporaryDirectory();
  elsewhere.write('a.yaml', service('cart'));
  folder.write('deep/b.yaml', service('own'));
  symlinkSync(elsewhere.at('a.yaml'), folder.at('absolute.yaml'));
  symlinkSync(join('..', '..', basename(elsewhere.path), 'a.yaml'), folder.at('deep/relative.yaml'));
  symlinkSync(elsewhere.path, folder.at('directory'));
  symlinkSync(`${folder.path}/../${basename(elsewhere.path)}`, folder.at('dots'));
  symlinkSync(elsewhere.path, folder.at('.data'));
  symlinkSync('.data/a.yaml', folder.at('by-a-link.yaml'));
  const snapshot = await readDirectory(folder.path);
  expect(names(snapshot)).toEqual(['own']);
  expect(snapshot.problems).toHaveLength(5);
  for (const { message } of snapshot.problems) expect(message).toContain('leads out of the directory');
});

test('the items of a List are objects like others', async () => {
  using folder = new TemporaryDirectory();
  const items = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } }));
  folder.write('list.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  expect(names(await readDirectory(folder.path))).toEqual(['a', 'b']);
});

test('a directory that does not exist is an error that names it', async () => {
  using folder = new TemporaryDirectory();
  await expect(readDirectory(folder.at('absent'))).rejects.toMatchObject({
    code: 'ManifestDirectoryUnreadable',
    where: folder.at('absent'),
    message: expect.stringContaining('does not exist') as unknown,
  });
  folder.write('file', '');
  await expect(readDirectory(folder.at('file'))).rejects.toMatchObject({
    code: 'ManifestDirectoryUnreadable',
  });
});

test('at the start a broken file takes nothing away from the others', async () => {
  using folder = new TemporaryDirectory();
  folder.write('broken.yaml', `${service('cart')}---\na: [1\n`);
  folder.write('good.yaml', service('pay'));
  const snapshot = await readDirectory(folder.path);
  expect(names(snapshot)).toEqual(['pay']);
  expect(snapshot.problems).toEqual([
    {
      code: 'ManifestUnparsable',
      severity: 'error',
      location: { file: folder.at('broken.yaml'), line: 9 },
      message: expect.stringMatching(/line 9, column 1: \w+/) as unknown,
      action: 'it is left out',
    },
  ]);
});

test('a file that is too large, not UTF-8, or a link to nowhere is a problem of its own', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', '');
  truncateSync(folder.at('a.yaml'), 32 * 1024 * 1024 + 1);
  folder.write('b.yaml', Uint8Array.of(0x61, 0xff));
  symlinkSync('nowhere', folder.at('c.yaml'));
  folder.write('d.yaml', service('cart'));
  const snapshot = await readDirectory(folder.path);
  expect(names(snapshot)).toEqual(['cart']);
  expect(codes(snapshot)).toEqual(['ManifestFileUnreadable', 'ManifestUnparsable', 'ManifestFileUnreadable']);
});

test('a kind that is not read is a warning that names the place and the kinds that are', async () => {
  using folder = new TemporaryDirectory();
  folder.write(
    'a.yaml',
    `${service('cart')}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n`,
  );
  const { problems } = await readDirectory(folder.path);
  expect(problems).toMatchObject([
    {
      code: 'ManifestKindUnsupported',
      severity: 'warning',
      resource: { kind: 'Deployment', namespace: 'default', name: 'cart' },
      location: { file: folder.at('a.yaml'), line: 8 },
      message: expect.stringMatching(/apps\/v1 Deployment.*networking\.k8s\.io\/v1 Ingress/) as unknown,
    },
  ]);
});

test('of two definitions of an object the first in the order of paths and lines counts', async () => {
  using folder = new TemporaryDirectory();
  folder.write('b.yaml', service('cart', 82));
  folder.write('a.yaml', `${service('cart', 80)}---\n${service('cart', 81)}`);
  const { resources, problems } = await readDirectory(folder.path);
  expect(resources).toMatchObject([{ ports: [{ port: 80 }] }]);
  expect(problems).toMatchObject([
    {
      code: 'ManifestObjectDuplicate',
      location: { file: folder.at('a.yaml'), line: 8 },
      message: `Service/default/cart is defined already in ${folder.at('a.yaml')}:1`,
    },
    { code: 'ManifestObjectDuplicate', location: { file: folder.at('b.yaml'), line: 1 } },
  ]);
});

test('a definition that comes later but stands in an earlier file counts', async () => {
  using folder = new TemporaryDirectory();
  folder.write('b.yaml', service('cart', 82));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  folder.write('a.yaml', service('cart', 81));
  await directory.refresh(1000);
  expect(directory.snapshot()).toMatchObject({
    resources: [{ ports: [{ port: 81 }] }],
    problems: [{ code: 'ManifestObjectDuplicate', location: { file: folder.at('b.yaml'), line: 1 } }],
  });
});

test('the order in which files are created does not matter', async () => {
  const files = ['a.yaml', 'b.yaml', 'c/a.yaml', 'c.yaml', 'd.yaml'];
  const read = async (order: readonly string[]): Promise<string> => {
    using folder = new TemporaryDirectory();
    for (const name of order) {
      const broken = name === 'b.yaml' ? '---\nx: [' : '';
      folder.write(name, `${service('cart', files.indexOf(name) + 1)}${broken}`);
    }
    return JSON.stringify(await readDirectory(folder.path)).replaceAll(folder.path, '');
  };
  const expected = await read(files);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(files, { minLength: files.length }), async (order) => {
      expect(await read(order)).toBe(expected);
    }),
    { numRuns: 10 },
  );
});

test('a file that can no longer be parsed keeps its last good objects until it can', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  folder.write('a.yaml', 'a: [');
  expect(await directory.refresh(1000)).toBe(true);
  expect(names(directory.snapshot())).toEqual(['cart']);
  expect(directory.snapshot().problems).toMatchObject([
    { code: 'ManifestUnparsable', action: 'its last good objects stay in use' },
  ]);
  folder.write('a.yaml', `${service('cart')}---\n${service('pay')}`);
  await directory.refresh(2000);
  expect(names(directory.snapshot())).toEqual(['cart', 'pay']);
  expect(directory.snapshot().problems).toEqual([]);
});

test('an object that becomes invalid keeps its last good form, and the others of its file change', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', `${service('cart')}---\n${service('pay')}`);
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  const invalid = service('cart', 90).replace('name: cart', 'name: cart\n  annotations: {a: 1}');
  folder.write('a.yaml', `${invalid}---\n${service('pay', 90)}`);
  await directory.refresh(1000);
  expect(directory.snapshot()).toMatchObject({
    resources: [
      { metadata: { name: 'cart' }, ports: [{ port: 80 }] },
      { metadata: { name: 'pay' }, ports: [{ port: 90 }] },
    ],
    problems: [
      {
        code: 'ManifestObjectInvalid',
        resource: { kind: 'Service', namespace: 'default', name: 'cart' },
        field: 'metadata.annotations[a]',
        action: 'its last good form stays in use',
      },
    ],
  });
});

test('an invalid object that was never good is left out', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('Cart'));
  expect(await readDirectory(folder.path)).toMatchObject({
    resources: [],
    problems: [{ code: 'ManifestObjectInvalid', field: 'metadata.name', action: 'the object is left out' }],
  });
});

describe('a loss of objects counts after two equal readings 100 ms apart', () => {
  const losses: [string, (folder: TemporaryDirectory) => void, string[]][] = [
    [
      'the file is gone',
      (folder) => {
        rmSync(folder.at('a.yaml'));
      },
      [],
    ],
    [
      'the file is empty',
      (folder) => {
        folder.write('a.yaml', '');
      },
      [],
    ],
    [
      'the file has fewer objects',
      (folder) => {
        folder.write('a.yaml', service('cart'));
      },
      ['cart'],
    ],
  ];

  test.each(losses)('%s', async (_, lose, left) => {
    using folder = new TemporaryDirectory();
    folder.write('a.yaml', `${service('cart')}---\n${service('pay')}`);
    const directory = new ManifestDirectory(folder.path);
    await directory.refresh(0);
    lose(folder);
    expect(await directory.refresh(1000)).toBe(false);
    expect(directory.unsettled).toBe(true);
    expect(await directory.refresh(1099)).toBe(false);
    expect(names(directory.snapshot())).toEqual(['cart', 'pay']);
    expect(await directory.refresh(1100)).toBe(true);
    expect(names(directory.snapshot())).toEqual(left);
    expect(directory.unsettled).toBe(false);
  });
});

test('a file that is truncated and then written keeps its objects all the time', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  folder.write('a.yaml', '');
  await directory.refresh(1000);
  folder.write('a.yaml', service('cart', 81));
  expect(await directory.refresh(1050)).toBe(true);
  expect(directory.snapshot()).toMatchObject({ resources: [{ ports: [{ port: 81 }] }], problems: [] });
  expect(directory.unsettled).toBe(false);
});

test('two different incomplete readings confirm nothing', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  folder.write('a.yaml', '');
  await directory.refresh(1000);
  folder.write('a.yaml', '# half a comm');
  await directory.refresh(1100);
  expect(names(directory.snapshot())).toEqual(['cart']);
});

test('an object that moves to another file is there all the time, and is no duplicate', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  renameSync(folder.at('a.yaml'), folder.at('b.yaml'));
  await directory.refresh(1000);
  expect(names(directory.snapshot())).toEqual(['cart']);
  expect(directory.snapshot().problems).toEqual([]);
  await directory.refresh(1100);
  expect(directory.snapshot()).toMatchObject({
    resources: [{ metadata: { name: 'cart' }, location: { file: folder.at('b.yaml') } }],
    problems: [],
  });
});

test('a directory that vanishes keeps its objects, with a problem as soon as it is certain', async () => {
  using folder = new TemporaryDirectory();
  folder.write('shop/a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.at('shop'));
  await directory.refresh(0);
  renameSync(folder.at('shop'), folder.at('away'));
  expect(await directory.refresh(1000)).toBe(false);
  expect(directory.unsettled).toBe(true);
  expect(await directory.refresh(1100)).toBe(true);
  expect(directory.unsettled).toBe(false);
  expect(names(directory.snapshot())).toEqual(['cart']);
  expect(directory.snapshot().problems).toMatchObject([
    { code: 'ManifestDirectoryLost', message: expect.stringContaining(folder.at('shop')) as unknown },
  ]);
  renameSync(folder.at('away'), folder.at('shop'));
  expect(await directory.refresh(2000)).toBe(true);
  expect(directory.snapshot().problems).toEqual([]);
});

test('a directory that vanishes for a moment only is no problem', async () => {
  using folder = new TemporaryDirectory();
  folder.write('shop/a.yaml', service('cart'));
  const directory = new ManifestDirectory(folder.at('shop'));
  await directory.refresh(0);
  renameSync(folder.at('shop'), folder.at('away'));
  await directory.refresh(1000);
  renameSync(folder.at('away'), folder.at('shop'));
  expect(await directory.refresh(1100)).toBe(false);
  expect(directory.snapshot().problems).toEqual([]);
});

test('a linked directory whose target vanishes keeps its objects, with a problem', async () => {
  using folder = new TemporaryDirectory();
  folder.write('.elsewhere/target/a.yaml', service('cart'));
  symlinkSync('.elsewhere/target', folder.at('linked'));
  const directory = new ManifestDirectory(folder.path);
  await directory.refresh(0);
  renameSync(folder.at('.elsewhere/target'), folder.at('.elsewhere/away'));
  await directory.refresh(1000);
  await directory.refresh(1100);
  expect(names(directory.snapshot())).toEqual(['cart']);
  expect(codes(directory.snapshot())).toEqual(['ManifestDirectoryLost']);
});

test('a link to nowhere that is no manifest is nobody’s business', async () => {
  using folder = new TemporaryDirectory();
  symlinkSync('nowhere', folder.at('notes'));
  expect(await readDirectory(folder.path)).toEqual({ resources: [], problems: [], isComplete: true });
});

const asRoot = process.getuid?.() === 0;
(asRoot ? test.skip : test)(
  'a directory without permission keeps the objects that were read before',
  async () => {
    using folder = new TemporaryDirectory();
    folder.write('closed/a.yaml', service('cart'));
    const directory = new ManifestDirectory(folder.path);
    await directory.refresh(0);
    chmodSync(folder.at('closed'), 0o000);
    await directory.refresh(1000);
    await directory.refresh(1100);
    chmodSync(folder.at('closed'), 0o700);
    expect(names(directory.snapshot())).toEqual(['cart']);
    expect(codes(directory.snapshot())).toEqual(['ManifestDirectoryLost']);
  },
);

test('looking again at what has not changed gives no new snapshot', async () => {
  using folder = new TemporaryDirectory();
  folder.write('a.yaml', service('cart'));
  folder.write('b.yaml', 'a: [');
  mkdirSync(folder.at('empty'));
  const directory = new ManifestDirectory(folder.path);
  expect(await directory.refresh(0)).toBe(true);
  expect(await directory.refresh(1000, () => true)).toBe(false);
});
