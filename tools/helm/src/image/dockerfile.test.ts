import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TOP = fileURLToPath(new URL('../../../../', import.meta.url));

function read(path: string): string {
  return readFileSync(join(TOP, path), 'utf8');
}

/** The instructions of the last stage, each on one line. */
const LAST_STAGE = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split(/^FROM /m)
  .at(-1)
  ?.split('\n');

function instruction(name: string): string {
  return LAST_STAGE?.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? '';
}

const ENTRY_POINT = JSON.parse(instruction('ENTRYPOINT')) as readonly string[];

test('the image runs Node as the program does', () => {
  const [, options = ''] =
    /^#!\/usr\/bin\/env -S node (.*)\n/.exec(read('apps/controller/bin/silverback.mjs')) ?? [];
  expect(ENTRY_POINT).toEqual(['node', ...options.split(' '), '/app/main.mjs']);
});

test('the image has the Node that everything is tested with', () => {
  expect(read('Dockerfile')).toContain(`ARG NODE_VERSION=${read('.nvmrc').trim()}\n`);
});

test('the image runs as nobody in particular, by number, so that Kubernetes can see that it is not root', () => {
  expect(instruction('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
});

test('the bundle runs by itself, with the command line of the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'silverback-image-'));
  try {
    cpSync(join(TOP, 'apps/controller/dist/bundle'), join(folder, 'app'), { recursive: true });
    const run = (args: readonly string[]) => {
      const [, ...rest] = [...ENTRY_POINT, ...args].map((part) => part.replace('/app/', `${folder}/app/`));
      return spawnSync(process.execPath, rest, { cwd: folder, encoding: 'utf8', env: { HOME: folder } });
    };
    expect(run(['version'])).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^silverback \d/) as unknown,
    });
    // The command is understood; what is missing are the settings.
    const command = JSON.parse(instruction('CMD')) as readonly string[];
    expect(run(command)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('/etc/silverback/settings.yaml') as unknown,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** As Docker matches: `*` means anything but a slash, dots at the beginning included. */
function matches(path: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll('.', '\\.')
    .replaceAll(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(.*/)?'));
  return new RegExp(`^${expression}$`).test(path);
}

/** What the rules of .dockerignore let through; the last rule that matches wins. */
function isSent(path: string): boolean {
  const parents = path.split('/').map((_part, index, parts) => parts.slice(0, index + 1).join('/'));
  let isIgnored = false;
  for (const line of read('.dockerignore').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const pattern = line.replace('!', '');
    if (parents.some((parent) => matches(parent, pattern))) isIgnored = !line.startsWith('!');
  }
  return !isIgnored;
}

test('what the bundle is built from gets into the image, and nothing private does', () => {
  const workspaces = globSync('{packages,apps,tools}/*/package.json', { cwd: TOP });
  const sources = globSync('{packages,apps}/*/{src/index.ts,src/main.ts,tsconfig.lib.json}', { cwd: TOP });
  const needed = [
    'package-lock.json',
    '.npmrc',
    'LICENSE',
    'tsconfig.base.json',
    'apps/controller/esbuild.mjs',
  ];
  expect([...workspaces, ...sources, ...needed].filter((path) => !isSent(path))).toEqual([]);
  const unwanted = [
    '.git/config',
    '.env',
    'node_modules/zod/package.json',
    'apps/controller/node_modules/a.js',
    'apps/controller/dist/bundle/main.mjs',
    'apps/controller/.env',
    'deploy/compose/silverback.yaml',
    'tools/helm/src/main.ts',
  ];
  expect(unwanted.filter(isSent)).toEqual([]);
});
