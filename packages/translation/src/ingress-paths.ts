import type { PathType } from '@silverback/cluster-state';
import { exactPathTerm, prefixPathTerm, regexPathTerm } from './expressions.ts';
import { normalPath } from './kong-path.ts';

/** How a path that is a regular expression begins, where no annotation says otherwise. */
export const DEFAULT_REGEX_PREFIX = '/~';

/** How paths are read. */
export interface PathSyntax {
  /** The text that marks a path as a regular expression where `/` follows it. */
  readonly regexPrefix: string;
  /** Whether a path with characters that are unusual in paths is taken for a regular expression. */
  readonly detectsRegex: boolean;
}

/** One way in which Kong matches a path, for both flavours of its router. */
export interface PathMatch {
  /**
   * An entry of `paths`. Entries that begin with `~` are regular expressions, anchored at their start; all others match
   * what begins with them.
   */
  readonly entry: string;
  /** The same as a term of an expression. */
  readonly term: string;
  /** Whether the path goes before those that are no regular expressions, as exact ones do. */
  readonly isRegex: boolean;
  /** In bytes; the longer path goes first. */
  readonly length: number;
  /** The very path of a Prefix, which an Exact path takes away from it. */
  readonly isEndOfPrefix: boolean;
}

/** Characters that no regular expression needs: what has others is taken for one, if that is asked for. */
const ORDINARY = /^[A-Za-z0-9.\-_~/%]*$/;

/**
 * The ways by which Kong matches one path of an Ingress.
 *
 * @param path - as in the manifest; may be empty
 * @returns the ways, or what is wrong where Kong has no way to match the path
 */
export function kongPaths(path: string, pathType: PathType, syntax: PathSyntax): PathMatch[] | string {
  const collapsed = path.replace(/\/{2,}/g, '/');
  const regex = regexOf(collapsed, pathType, syntax);
  if (regex !== undefined) return ofRegex(regex, pathType);
  const text = collapsed === '' ? '/' : collapsed;
  if (!text.startsWith('/')) return 'does not begin with /';
  const normal = normalPath(text);
  return 'fault' in normal ? normal.fault : ofText(normal.path, pathType);
}

/** The regular expression, beginning with `/`; undefined where the path is text. */
function regexOf(path: string, pathType: PathType, syntax: PathSyntax): string | undefined {
  const { regexPrefix, detectsRegex } = syntax;
  if (pathType !== 'Exact' && path.startsWith(`${regexPrefix}/`)) return path.slice(regexPrefix.length);
  if (pathType === 'ImplementationSpecific' && path.startsWith('~/')) return path.slice(1);
  return detectsRegex && path.startsWith('/') && !ORDINARY.test(path) ? path : undefined;
}

function ofRegex(regex: string, pathType: PathType): PathMatch[] {
  if (pathType === 'ImplementationSpecific') return [regexMatch(regex, Buffer.byteLength(regex))];
  if (pathType === 'Exact') return [regexMatch(`${regex}$`, Buffer.byteLength(regex))];
  const base = regex.replace(/\/$/, '');
  if (base === '') return [prefixMatch('/', 1)];
  const length = Buffer.byteLength(base) + 1;
  return [regexMatch(`${base}/`, length), { ...regexMatch(`${base}$`, length), isEndOfPrefix: true }];
}

/** A prefix ends at a `/` or at the end of the path: `/b` matches `/b` and `/b/c`, not `/bc`. */
function ofText(path: string, pathType: PathType): PathMatch[] {
  if (pathType === 'ImplementationSpecific') return [prefixMatch(path, Buffer.byteLength(path))];
  if (pathType === 'Exact') return [exactMatch(path)];
  const base = path.replace(/\/$/, '');
  if (base === '') return [prefixMatch('/', 1)];
  const prefix = prefixMatch(`${base}/`, Buffer.byteLength(base) + 1);
  const { isRegex, length } = prefix;
  return [prefix, { ...exactMatch(base), isRegex, length, isEndOfPrefix: true }];
}

function exactMatch(path: string): PathMatch {
  const entry = `~${escapeRegex(path)}$`;
  const length = Buffer.byteLength(path);
  return { entry, term: exactPathTerm(path), isRegex: true, length, isEndOfPrefix: false };
}

function prefixMatch(path: string, length: number): PathMatch {
  return { entry: path, term: prefixPathTerm(path), isRegex: false, length, isEndOfPrefix: false };
}

function regexMatch(regex: string, length: number): PathMatch {
  return { entry: `~${regex}`, term: regexPathTerm(regex), isRegex: true, length, isEndOfPrefix: false };
}

function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
