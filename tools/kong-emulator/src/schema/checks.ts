import { isIP, isIPv6 } from 'node:net';
import { compileRouterRegex, PatternError } from '../proxy/regex.ts';
import { normalisePath } from '../proxy/path.ts';
import type { Check } from './field.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HOSTNAME =
  /^(?=.{1,253}\.?$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;
const HEADER_NAME = /^[A-Za-z0-9-_]+$/;

/** Whether `value` has the form of a UUID. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

export const uuid: Check<string> = (value) => (isUuid(value) ? undefined : 'expected a valid UUID');

export const name: Check<string> = (value) =>
  /^[\w.\-~\u0080-\u{10ffff}]+$/u.test(value)
    ? undefined
    : `invalid value '${value}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;

export const tag: Check<string> = (value) =>
  /^[^,/\p{Cc}]+$/u.test(value)
    ? undefined
    : `invalid tag '${value}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;

export const headerName: Check<string> = (value) =>
  HEADER_NAME.test(value)
    ? undefined
    : `bad header name '${value}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;

/** Whether `value` is a host name, without a port. */
export function isHostname(value: string): boolean {
  return HOSTNAME.test(value) && isIP(value) === 0;
}

const withoutBrackets = (value: string) => value.replace(/^\[(.*)\]$/, '$1');

export const host: Check<string> = (value) => {
  if (isHostname(value) || isIP(withoutBrackets(value)) !== 0) return undefined;
  return /:\d+$/.test(value) ? 'must not have a port' : `invalid value: ${value}`;
};

export const sni: Check<string> = (value) => {
  if (isIP(value) !== 0) return 'must not be an IP';
  return /:\d+$/.test(value)
    ? 'must not have a port'
    : isHostname(value)
      ? undefined
      : `invalid value: ${value}`;
};

/** Server names: `*` stands for one end of the name, or for all of it. */
export const wildcardHost: Check<string> = (value) => {
  const at = value.indexOf('*');
  if (at < 0) return sni(value);
  if (at > 0 && at < value.length - 1) return 'wildcard must be leftmost or rightmost character';
  const mocked = value.replaceAll('*', 'wildcard');
  return value.split('*').length > 2 ? 'only one wildcard must be specified' : sni(mocked);
};

export const routeHost: Check<string> = (value) => {
  const [hostname = ''] = value.split(/:\d+$/);
  if (isIPv6(withoutBrackets(hostname))) return undefined;
  if (!hostname.includes('*'))
    return isHostname(hostname) || isIP(hostname) ? undefined : `invalid hostname: ${value}`;
  const bare = hostname.replace(/^\*\.|\.\*$/, '');
  if (bare.includes('*')) return 'invalid wildcard: must be placed at leftmost or rightmost label';
  return isHostname(bare) ? undefined : `invalid hostname: ${value}`;
};

export const servicePath: Check<string> = (value) => {
  if (!value.startsWith('/')) return 'should start with: /';
  if (value.includes('//')) return 'must not have empty segments';
  if (!/^\/[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*$/.test(value))
    return `invalid path: '${value}' (characters outside of the reserved list of RFC 3986 found)`;
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(value);
  return wrong ? `invalid url-encoded value: '${wrong[0]}'` : undefined;
};

export const routePath: Check<string> = (value) => {
  if (value.startsWith('~/')) {
    try {
      compileRouterRegex(value);
      return undefined;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      const pattern = value.slice(1);
      return `invalid regex: '${pattern}' (PCRE returned: pcre2_compile() failed: ${error.message} in "${pattern}")`;
    }
  }
  if (!value.startsWith('/')) return 'should start with: / (fixed path) or ~/ (regex path)';
  if (value.includes('//')) return 'must not have empty segments';
  const wrong = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(value);
  if (wrong) return `invalid url-encoded value: '${wrong[0]}'`;
  const normal = normalisePath(value);
  return normal === value ? undefined : `non-normalized path, consider use '${normal}' instead`;
};

export const upstreamName: Check<string> = (value) => {
  if (isIP(value) !== 0) return `Invalid name ('${value}'); no ip addresses allowed`;
  if (/:\d+$/.test(value)) return `Invalid name ('${value}'); no port allowed`;
  return isHostname(value) ? undefined : `Invalid name ('${value}'); must be a valid hostname`;
};

export const target: Check<string> = (value) => {
  const [hostname = ''] = value.split(/:\d+$/);
  return isHostname(hostname) || isIP(withoutBrackets(hostname)) !== 0
    ? undefined
    : `Invalid target ('${value}'); not a valid hostname or ip address`;
};
