/** The parts of a package-lock.json that are looked at. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * What is wrong with a lockfile, one sentence each.
 *
 * npm silently leaves out an optional package whose metadata it cannot get; `npm ci` then fails on every machine. And an
 * entry that names a registry host ties every clone to that host. A workspace without an entry fails `npm ci` too.
 *
 * @param workspaces - the folders of all workspaces
 */
export function lockfileMistakes(lockfile: Lockfile, workspaces: readonly string[]): string[] {
  const entries = Object.entries(lockfile.packages);
  const missing = workspaces.filter((folder) => !(folder in lockfile.packages));
  const forgotten = missing.map((folder) => `${folder}: has no entry in the lockfile`);
  const found = entries.flatMap(([path, entry]) => [
    ...(entry.resolved?.includes('://') === true
      ? [
          `${path || 'the root'}: "resolved" names a host; npm must run with omit-lockfile-registry-resolved=true`,
        ]
      : []),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(lockfile, path, name))
      .map((name) => `${path || 'the root'}: its optional dependency ${name} has no entry`),
  ]);
  return [...forgotten, ...found];
}

/** Looks a dependency up as Node does: beside the package first, then in each folder above. */
function isLocked(lockfile: Lockfile, path: string, name: string): boolean {
  let folder = path;
  for (;;) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in lockfile.packages) return true;
    if (folder === '') return false;
    const parent = folder.lastIndexOf('/node_modules/');
    folder = parent === -1 ? '' : folder.slice(0, parent);
  }
}
