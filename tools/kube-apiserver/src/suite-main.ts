import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { findAssets, TOOL_FOLDER } from './assets.ts';

const HOW_TO_GET_THEM = `The suite needs the programs kube-apiserver and etcd. Either
  - build them with Go, which takes a few minutes the first time:  npm run build:apiserver
  - or name a folder that has them:  KUBEBUILDER_ASSETS=/path npm run test:apiserver
    (\`setup-envtest use -p path\` of controller-runtime downloads them and prints such a path)
`;

const ROOT = join(TOOL_FOLDER, '../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

/**
 * Runs the suite.
 *
 * @param words - of the command line; they go to jest
 * @returns the exit code: 2 where the programs are missing
 */
async function main(words: readonly string[]): Promise<number> {
  const assets = findAssets();
  if (assets === undefined) {
    process.stderr.write(HOW_TO_GET_THEM);
    return 2;
  }
  if (!buildController()) return 1;
  process.stderr.write(`kube-apiserver and etcd are those of ${assets.folder} (${assets.origin})\n`);
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      JEST,
      '--config=jest.suite.config.mjs',
      '--runInBand',
      ...words,
    ],
    {
      cwd: TOOL_FOLDER,
      stdio: 'inherit',
      // A process group with all servers, so that none outlives the suite.
      detached: true,
      env: { ...process.env, KUBEBUILDER_ASSETS: assets.folder, SUITE: 'real' },
    },
  );
  const end = (): void => {
    endGroup(jest.pid);
  };
  process.on('SIGINT', end).on('SIGTERM', end);
  const [code] = (await once(jest, 'exit')) as [number | null];
  end();
  return code ?? 1;
}

/** The suite runs the binary as users do. */
function buildController(): boolean {
  const nx = join(ROOT, 'node_modules/.bin/nx');
  const words = ['run-many', '-t', 'build', '-p', '@silverback/controller'];
  const env = { ...process.env, NX_TUI: 'false' };
  const { status, stdout, stderr } = spawnSync(nx, words, { cwd: ROOT, encoding: 'utf8', env });
  if (status !== 0) process.stderr.write(`${stdout}${stderr}`);
  return status === 0;
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // Nobody is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
