import { readFileSync } from 'node:fs';
import { EXIT_CODES } from './exit-codes.ts';
import { silverback } from './testing/silverback.ts';
import { VERSION } from './version.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

test('version prints the version of the package, as text and as JSON', async () => {
  const { version } = JSON.parse(read('../package.json')) as { version: string };
  expect(VERSION).toBe(version);
  const [text, json] = await Promise.all([silverback(['version']), silverback(['version', '-o', 'json'])]);
  expect(text).toEqual({ exitCode: 0, stdout: `silverback ${version}\n`, stderr: '' });
  expect(JSON.parse(json.stdout)).toMatchObject({ version, node: process.versions.node });
});

test('help goes to stdout and names every exit code, as does the README', async () => {
  const { exitCode, stdout, stderr } = await silverback(['--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const code of Object.values(EXIT_CODES)) {
    expect(stdout).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
    expect(read('../README.md')).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'));
  }
});

test('the help of run lists the flags and variables of the settings', async () => {
  const { exitCode, stdout } = await silverback(['run', '--help']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('--log-level <value>');
  expect(stdout).toContain('SILVERBACK_HEALTH_ADDRESS');
});

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['translate'], "required option '-f, --from <directory>' not specified"],
  [['translate', '-f', '.', '--output', 'xml'], 'Allowed choices are yaml, json'],
  [['version', '--outpt', 'json'], 'Did you mean --output?'],
  [['run', '--config', 'x.yaml', '--log-levle', 'debug'], 'Did you mean --log-level?'],
  [['check-config'], "missing required argument 'file'"],
])('the usage mistake %j is one line on stderr with exit code 2', async (args, words) => {
  const { exitCode, stdout, stderr } = await silverback(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/^silverback: UsageMistake: .*\(See silverback --help\.\)\n$/);
  expect(stderr).toContain(words);
});

test('an old Node is told apart from a mistake of ours', async () => {
  const env = { NODE_OPTIONS: '--import=data:text/javascript,delete%20Promise.withResolvers' };
  expect(await silverback(['version'], { env })).toEqual({
    exitCode: 70,
    stdout: '',
    stderr: `silverback needs Node 22.19 or later, and is tested with 24; this is ${process.version}.\n`,
  });
});

test('without a command the help is shown, and it is a mistake', async () => {
  const { exitCode, stdout, stderr } = await silverback([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(/Usage: silverback[\s\S]*UsageMistake: no command is given/);
});
