import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** What a walk through a directory found. Paths are relative to it, with `/`; its own is empty. */
export interface DirectoryScan {
  /** The manifest files, each with a text that changes when the file does. */
  readonly files: ReadonlyMap<string, string>;
  /** Every directory walked through, each with its identity. */
  readonly directories: ReadonlyMap<string, string>;
  /** Manifest files that are there but out of reach, each with the reason. */
  readonly brokenFiles: ReadonlyMap<string, string>;
  /** Directories, or links to nowhere that may have been directories, below which nothing can be seen. */
  readonly closedDirectories: ReadonlyMap<string, ClosedDirectory>;
}

/** Why nothing can be seen below a directory. */
export interface ClosedDirectory {
  readonly reason: string;
  /** Whether it is a link to nowhere. */
  readonly absent: boolean;
}

interface Walk {
  readonly root: string;
  /** The same without links. */
  readonly realRoot: string;
  readonly files: Map<string, string>;
  readonly directories: Map<string, string>;
  readonly brokenFiles: Map<string, string>;
  readonly closedDirectories: Map<string, ClosedDirectory>;
}

const LEADS_OUT = 'it is a link that leads out of the directory of manifests';
const MANIFEST = /\.(yaml|yml|json)$/;

/**
 * Finds the manifest files (`*.yaml`, `*.yml`, `*.json`) below a directory. Names that begin with a dot are passed
 * over: so the files of a mounted ConfigMap, which are links into `..data`, count once. Links are followed as long as they
 * stay within the directory: whoever may write into it, as through a repository, could otherwise read with the
 * controller's eyes. The directory itself may be a link.
 *
 * @throws the error of the file system if the directory itself can't be read
 */
export async function scanDirectory(root: string): Promise<DirectoryScan> {
  const walk: Walk = {
    root,
    realRoot: await realpath(root),
    files: new Map(),
    directories: new Map(),
    brokenFiles: new Map(),
    closedDirectories: new Map(),
  };
  const identity = identityOf(await stat(root, { bigint: true }));
  await walkDirectory(walk, '', identity, []);
  return walk;
}

/** The reason of an error of the file system, without the path, which stands elsewhere. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'ENOTDIR') return 'it is not a directory';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code ?? message;
}

/** Whether an error says that something is not there, or no longer. */
export function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function walkDirectory(
  walk: Walk,
  path: string,
  identity: string,
  ancestors: readonly string[],
): Promise<void> {
  // A link to a directory that it lies in would never end.
  if (ancestors.includes(identity)) return;
  const entries = await readdir(join(walk.root, path), { withFileTypes: true });
  walk.directories.set(path, identity);
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
    await visit(walk, entryPath, entry, [...ancestors, identity]);
  }
}

async function visit(walk: Walk, path: string, entry: Dirent, ancestors: readonly string[]): Promise<void> {
  const isManifest = MANIFEST.test(path);
  if (!isManifest && !entry.isDirectory() && !entry.isSymbolicLink()) return;
  let isDirectory = entry.isDirectory();
  try {
    const stats = await stat(join(walk.root, path), { bigint: true });
    isDirectory = stats.isDirectory();
    if (entry.isSymbolicLink() && (await leadsOut(walk, path))) {
      refuse(walk, path, { isDirectory, reason: LEADS_OUT, absent: false });
    } else if (isDirectory) await walkDirectory(walk, path, identityOf(stats), ancestors);
    else if (isManifest && stats.isFile()) walk.files.set(path, signatureOf(stats));
  } catch (error) {
    // What vanished since it was listed is simply not there; a link to nowhere is there, and broken.
    if (isAbsence(error) && !entry.isSymbolicLink()) return;
    const absent = isAbsence(error);
    refuse(walk, path, { isDirectory: isDirectory || !isManifest, reason: reasonOf(error), absent });
  }
}

function refuse(
  walk: Walk,
  path: string,
  { isDirectory, reason, absent }: ClosedDirectory & { readonly isDirectory: boolean },
): void {
  if (isDirectory) walk.closedDirectories.set(path, { reason, absent });
  else if (MANIFEST.test(path)) walk.brokenFiles.set(path, reason);
}

async function leadsOut({ root, realRoot }: Walk, path: string): Promise<boolean> {
  const target = await realpath(join(root, path));
  return target !== realRoot && !target.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep);
}

/** The number alone is not enough: a new directory often gets that of the one that was just removed. */
function identityOf(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.birthtimeNs].join(':');
}

function signatureOf(stats: BigIntStats): string {
  return [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
}
