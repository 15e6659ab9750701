import type { PathType } from '@silverback/cluster-state';

/** How a path that is a regular expression begins, where no annotation says otherwise. */
export const DEFAULT_REGEX_PREFIX = '/~';

/**
 * The entries of `paths` by which Kong matches one path of an Ingress. Entries that begin with `~` are regular
 * expressions, anchored at their start; all others match what begins with them.
 *
 * @param path - as in the manifest; may be empty
 * @param regexPrefix - the text that marks a path as a regular expression where `/` follows it
 * @returns the entries; undefined where Kong has no way to match the path
 */
export function kongPaths(path: string, pathType: PathType, regexPrefix: string): string[] | undefined {
  const collapsed = path.replace(/\/{2,}/g, '/');
  switch (pathType) {
    case 'Exact':
      return [`~/${escapeRegex(collapsed.replace(/^\//, ''))}$`];
    case 'Prefix':
      return prefixPaths(collapsed, regexPrefix);
    case 'ImplementationSpecific': {
      const entry = markedRegex(collapsed, regexPrefix) ?? (collapsed === '' ? '/' : collapsed);
      return /^~?\//.test(entry) ? [entry] : undefined;
    }
  }
}

/** A prefix ends at a `/` or at the end of the path: `/b` matches `/b` and `/b/c`, not `/bc`. */
function prefixPaths(path: string, regexPrefix: string): string[] {
  const regex = markedRegex(path, regexPrefix);
  if (regex !== undefined) {
    const base = regex.replace(/\/$/, '');
    return base === '~' ? ['/'] : [`${base}/`, `${base}$`];
  }
  const base = path.replace(/^\/|\/$/g, '');
  return base === '' ? ['/'] : [`/${base}/`, `~/${escapeRegex(base)}$`];
}

/** The regular expression in Kong's form; undefined where the path is not marked as one. */
function markedRegex(path: string, regexPrefix: string): string | undefined {
  return path.startsWith(`${regexPrefix}/`) ? `~${path.slice(regexPrefix.length)}` : undefined;
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
