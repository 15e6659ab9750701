import { loadAll } from 'js-yaml';
import type { TranslationContext } from '@silverback/translation';

/** What kind of Kong a case needs, where it is not the usual one. */
export interface ProxyWish {
  readonly edition?: 'community' | 'enterprise';
  readonly version?: string;
  readonly upstreamKeepalivePoolSize?: number;
}

/** A request, and what has to come of it. */
export interface TrafficRequest {
  readonly method: string;
  /** With the host of the Host header. Its path is sent as it stands here. */
  readonly url: string;
  /** Headers of the request; a list is sent in several lines. */
  readonly with: Readonly<Record<string, string | readonly string[]>>;
  /** Server name of the TLS handshake; `none` for no name. By default the host. */
  readonly sni?: string;
  /** How often it is sent, each time on a connection of its own; what follows holds for each of them. */
  readonly times: number;
  /** By default 200. */
  readonly status: number;
  /** Name of the backend that answers. */
  readonly backend?: string;
  /** How many of the requests each backend gets. */
  readonly shares?: Readonly<Record<string, number>>;
  /** How many backends take part. */
  readonly distinct?: number;
  /** Path with query as the backend sees it. */
  readonly path?: string;
  /** Host header as the backend sees it. */
  readonly host?: string;
  /** Headers as the backend sees them; null for none. */
  readonly sees: Readonly<Record<string, string | null>>;
  /** Headers of the answer; null for none. */
  readonly answers: Readonly<Record<string, string | null>>;
  /** A part of the answer's body. */
  readonly body?: string;
  /** Common name of the certificate in the TLS handshake. */
  readonly certificate?: string;
}

/** Manifests and what requests meet once they are served. */
export interface TrafficCase {
  readonly name: string;
  /** The codes of all problems of the translation, sorted, each once. */
  readonly problems: readonly string[];
  readonly proxy: ProxyWish;
  readonly settings: Partial<TranslationContext>;
  readonly requests: readonly TrafficRequest[];
  /** Kubernetes objects, placeholders not yet filled in. */
  readonly manifests: readonly unknown[];
}

type YamlObject = Readonly<Record<string, unknown>>;

const METHOD = /^[A-Z]+$/;
const KEYS = [
  'with',
  'sni',
  'times',
  'status',
  'backend',
  'shares',
  'distinct',
  'path',
  'host',
  'sees',
  'answers',
  'body',
  'certificate',
];
const CASE_KEYS = ['case', 'problems', 'proxy', 'settings', 'requests'];

/**
 * Reads cases from YAML. A document with the key `case` begins one; the documents behind it, up to the next case, are
 * its manifests. A request names its method and URL by a key such as `GET`.
 *
 * @throws Error about a key that a case or a request does not have
 */
export function casesOf(text: string): TrafficCase[] {
  const cases: (Omit<TrafficCase, 'manifests'> & { readonly manifests: unknown[] })[] = [];
  for (const document of loadAll(text) as (YamlObject | null)[]) {
    if (document === null) continue;
    if (typeof document['case'] === 'string') cases.push({ ...headOf(document), manifests: [] });
    else cases.at(-1)?.manifests.push(document);
  }
  return cases;
}

function headOf(document: YamlObject): Omit<TrafficCase, 'manifests'> {
  refuseUnknown(document, CASE_KEYS);
  return {
    name: String(document['case']),
    problems: (document['problems'] ?? []) as string[],
    proxy: document['proxy'] ?? {},
    settings: document['settings'] ?? {},
    requests: (document['requests'] as YamlObject[]).map(requestOf),
  };
}

function requestOf(document: YamlObject): TrafficRequest {
  const [method = ''] = Object.keys(document).filter((key) => METHOD.test(key));
  const { [method]: url, ...rest } = document;
  if (typeof url !== 'string')
    throw new Error(`a request without method and URL: ${JSON.stringify(document)}`);
  refuseUnknown(rest, KEYS);
  return { method, url, with: {}, times: 1, status: 200, sees: {}, answers: {}, ...rest };
}

function refuseUnknown(document: YamlObject, known: readonly string[]): void {
  const unknown = Object.keys(document).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')} in ${JSON.stringify(document)}`);
}
