import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'js-yaml';
import { renderChart, runHelm } from './render.ts';
import { testWithHelm } from './testing/with-helm.ts';

const TOP = fileURLToPath(new URL('../../../', import.meta.url));
const GUIDE = readFileSync(join(TOP, 'docs/guides/install.md'), 'utf8');

function blocks(language: string): readonly string[] {
  return [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, text = '']) => text,
  );
}

/** The files of values that the guide shows, by the name in their first line. */
const FILES = blocks('yaml').map((text) => [/^# (\S+\.yaml)\n/.exec(text)?.[1] ?? '', text] as const);

/** The commands of the guide, each as its words. */
const COMMANDS = blocks('sh')
  .flatMap((text) =>
    text
      .replaceAll(/\\\n\s*/g, '')
      .trim()
      .split('\n'),
  )
  .map((line) => line.replace(/^npx /, '').split(/\s+/));

function commandsOf(program: string): readonly (readonly string[])[] {
  return COMMANDS.filter(([name]) => name === program).map(([, ...args]) => args);
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'silverback-guide-'));
  for (const [name, text] of FILES) writeFileSync(join(folder, name), text);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

testWithHelm.each(FILES)('the values of %s are accepted, and change what is rendered', (name, text) => {
  expect(name).toMatch(/^values-/);
  const objects = renderChart({ valueFiles: [join(folder, name)] });
  expect(objects).not.toEqual(renderChart());
  const settings = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'silverback',
  );
  const { fleets = [] } = (load(text) as { settings?: { fleets?: { name: string }[] } }).settings ?? {};
  for (const fleet of fleets) expect(JSON.stringify(settings)).toContain(`name: ${fleet.name}`);
});

testWithHelm('every command of Helm is understood', () => {
  const commands = commandsOf('helm');
  expect(commands.map(([verb]) => verb)).toEqual(['install', 'install', 'upgrade', 'uninstall']);
  for (const [verb = '', release = '', chart = '', ...options] of commands) {
    if (verb === 'uninstall') continue;
    // The options that only a cluster can follow.
    const args = options
      .filter((option) => option !== '--create-namespace')
      .map((option) => (option.startsWith('values-') ? join(folder, option) : option));
    expect(runHelm(['template', release, join(TOP, chart), ...args])).toMatchObject({ status: 0 });
  }
});

test('every command of Silverback is understood', () => {
  const commands = commandsOf('silverback');
  expect(commands.map((args) => args[0])).toEqual(['pki', 'pki', 'run']);
  for (const [index, args] of commands.entries()) {
    const cwd = mkdtempSync(join(folder, `${index}-`));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(TOP, 'apps/controller/bin/silverback.mjs'), ...args],
      { cwd, encoding: 'utf8' },
    );
    // `run` finds no settings here: 2 would be a command line that is not understood.
    expect([args[0], status, stderr.includes('silverback.yaml')]).toEqual(
      args[0] === 'run' ? ['run', 3, true] : ['pki', 0, false],
    );
    for (const [program, ...rest] of COMMANDS) {
      if (program !== 'kubectl' || args[0] !== 'pki' || !args.includes('secrets')) continue;
      const path = rest[rest.indexOf('-f') + 1] ?? '';
      if (path.startsWith('pki/')) expect([path, existsSync(join(cwd, path))]).toEqual([path, true]);
    }
  }
});

test('every file that the guide names is there', () => {
  const applied = commandsOf('kubectl').flatMap((args) => {
    const path = args.includes('-f') ? args[args.indexOf('-f') + 1] : undefined;
    return path === undefined || path.startsWith('pki/') ? [] : [path];
  });
  const linked = [...GUIDE.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = '']) =>
    join('docs/guides', path),
  );
  expect(applied).toHaveLength(2);
  expect([...applied, ...linked].filter((path) => !existsSync(join(TOP, path)))).toEqual([]);
});

test('every section that the guide points to is there', () => {
  const titles = [...GUIDE.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );
  const pointedTo = [...GUIDE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(pointedTo.length).toBeGreaterThan(3);
  expect(pointedTo.filter((anchor) => !titles.includes(anchor))).toEqual([]);
});

test('every service of Compose that the guide runs is there', () => {
  const { services } = load(readFileSync(join(TOP, 'deploy/compose/compose.yaml'), 'utf8')) as {
    readonly services: object;
  };
  const run = commandsOf('docker').filter(([first, second]) => first === 'compose' && second === 'run');
  expect(run).toHaveLength(1);
  expect(Object.keys(services)).toContain(run[0]?.at(-1));
});

testWithHelm('the README installs as the guide does', () => {
  const command = /^helm install [^`]*/m.exec(readFileSync(join(TOP, 'README.md'), 'utf8'))?.[0];
  expect(command).toBeDefined();
  expect(GUIDE).toContain(command);
});

testWithHelm('the guide lists every alert', () => {
  const values = { monitoring: { prometheusRule: { enabled: true } } };
  const rule = renderChart({ values }).find(({ kind }) => kind === 'PrometheusRule');
  const names = [...JSON.stringify(rule).matchAll(/"alert":"(\w+)"/g)].map(([, name]) => name);
  const listed = [...GUIDE.matchAll(/`(Silverback\w+)`/g)].map(([, name]) => name);
  expect(new Set(listed)).toEqual(new Set(names));
});
