import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lockfileMistakes, type Lockfile } from './lockfile.ts';
import { roomMistakes, type Room, type RoomFiles } from './rooms.ts';

const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface TypeScriptProject {
  readonly references?: readonly { readonly path: string }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function readRoom(manifestPath: string): RoomFiles {
  const folder = dirname(manifestPath);
  const manifest = readJson(join(top, manifestPath)) as Manifest;
  const project = readJson(join(top, folder, 'tsconfig.lib.json')) as TypeScriptProject;
  return {
    folder,
    dependencies: Object.keys(manifest.dependencies ?? {}),
    devDependencies: Object.keys(manifest.devDependencies ?? {}),
    references: (project.references ?? []).map(({ path }) => relative(top, dirname(join(top, folder, path)))),
    hasReadme: existsSync(join(top, folder, 'README.md')),
  };
}

const { rooms } = createRequire(import.meta.url)('../../../dependency-rules.cjs') as {
  rooms: Record<string, Room>;
};
const manifests = globSync('{packages,apps,tools}/*/package.json', { cwd: top }).sort();
const mistakes = [
  ...lockfileMistakes(
    readJson(join(top, 'package-lock.json')) as Lockfile,
    manifests.map((manifest) => dirname(manifest)),
  ),
  ...roomMistakes(rooms, manifests.map(readRoom)),
];
process.stderr.write(mistakes.map((mistake) => `${mistake}\n`).join(''));
process.exitCode = mistakes.length === 0 ? 0 : 1;
