import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import type { SettingsIssue } from './contract.ts';
import { addressOf, parseProxyUrl, type ProxyAddress } from './proxy-url.ts';

/** A URL with the place where it stands, as in `proxies[1]` or `line 7`. */
export interface PlacedUrl {
  readonly place: string;
  readonly url: unknown;
}

export type ProxyList =
  | { readonly ok: true; readonly proxies: readonly ProxyAddress[] }
  | { readonly ok: false; readonly issues: readonly SettingsIssue[] };

/** Reads URLs of Admin APIs; each address once. Finds every mistake, and repeats no password. */
export function readProxyUrls(urls: readonly PlacedUrl[], insecure: boolean): ProxyList {
  const issues: SettingsIssue[] = [];
  const firstPlaces = new Map<string, string>();
  const proxies = urls.flatMap(({ place, url }) => {
    if (typeof url !== 'string') {
      issues.push({ path: place, message: 'must be a URL as text' });
      return [];
    }
    const parsed = parseProxyUrl(url, insecure);
    if (!parsed.ok) {
      issues.push(...parsed.messages.map((message) => ({ path: place, message })));
      return [];
    }
    const key = addressOf(parsed.address);
    const firstPlace = firstPlaces.get(key);
    if (firstPlace === undefined) firstPlaces.set(key, place);
    else issues.push({ path: place, message: `names the same host and port as ${firstPlace}` });
    return [parsed.address];
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, proxies };
}

/**
 * Reads a file of proxies: YAML or JSON (by the name of the file) with a list or with `proxies:` and a list, else text
 * with one URL on each line and comments behind `#`.
 */
export function readProxyFile(text: string, path: string, insecure: boolean): ProxyList {
  if (!/\.(ya?ml|json)$/i.test(path)) return readProxyUrls(lines(text), insecure);
  let content: unknown;
  try {
    content = load(text, { schema: CORE_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return {
      ok: false,
      issues: [{ path: `line ${error.mark ? error.mark.line + 1 : 1}`, message: error.reason }],
    };
  }
  const isObject = typeof content === 'object' && content !== null && 'proxies' in content;
  const urls: unknown = isObject ? (content as { readonly proxies: unknown }).proxies : content;
  if (!Array.isArray(urls)) {
    return { ok: false, issues: [{ path: '', message: 'must hold a list of URLs; it may be empty: []' }] };
  }
  const prefix = isObject ? 'proxies' : '';
  return readProxyUrls(
    urls.map((url: unknown, index) => ({ url, place: `${prefix}[${index}]` })),
    insecure,
  );
}

function lines(text: string): PlacedUrl[] {
  return text
    .split('\n')
    .map((line, index) => ({ url: line.replace(/(^|\s)#.*/, '').trim(), place: `line ${index + 1}` }))
    .filter(({ url }) => url !== '');
}
