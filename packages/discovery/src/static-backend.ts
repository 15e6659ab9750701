import type {
  BackendContext,
  DiscoveryBackend,
  ParsedSettings,
  ProxyDiscovery,
  ProxyMember,
  SettingsIssue,
} from './contract.ts';
import { addressOf, parseProxyUrl, type ProxyAddress } from './proxy-url.ts';

/** The proxies that a settings file lists, each once. */
export interface StaticSettings {
  readonly proxies: readonly ProxyAddress[];
}

const name = 'static';

/**
 * Proxies listed in the settings: `static: { proxies: [https://10.0.0.7:8444] }`. Without a port, Kong's own count:
 * 8444 for https and 8001 for http. The host of the URL is also the name that the certificate must carry.
 */
export const staticBackend: DiscoveryBackend<StaticSettings> = {
  name,
  parseSettings,
  create: (settings) => new StaticDiscovery(settings),
};

function parseSettings(value: unknown, context: BackendContext): ParsedSettings<StaticSettings> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, issues: [{ path: '', message: 'must be an object with the list proxies' }] };
  }
  const issues: SettingsIssue[] = Object.keys(value)
    .filter((key) => key !== 'proxies')
    .map((key) => ({ path: key, message: 'is not a setting of static; allowed is proxies' }));
  const urls: unknown = 'proxies' in value ? value.proxies : undefined;
  if (!Array.isArray(urls)) {
    return {
      ok: false,
      issues: [...issues, { path: 'proxies', message: 'must be a list of URLs; it may be empty' }],
    };
  }
  const proxies = parseUrls(urls, context.insecure, issues);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, settings: { proxies } };
}

/** The proxies of the list; mistakes are added to `issues`. */
function parseUrls(urls: readonly unknown[], insecure: boolean, issues: SettingsIssue[]): ProxyAddress[] {
  const firstPlaces = new Map<string, string>();
  return urls.flatMap((url, index) => {
    const path = `proxies[${index}]`;
    if (typeof url !== 'string') {
      issues.push({ path, message: 'must be a URL as text' });
      return [];
    }
    const parsed = parseProxyUrl(url, insecure);
    if (!parsed.ok) {
      issues.push(...parsed.messages.map((message) => ({ path, message })));
      return [];
    }
    const key = addressOf(parsed.address);
    const firstPlace = firstPlaces.get(key);
    if (firstPlace !== undefined)
      issues.push({ path, message: `names the same host and port as ${firstPlace}` });
    else firstPlaces.set(key, path);
    return [parsed.address];
  });
}

class StaticDiscovery implements ProxyDiscovery {
  readonly #members: readonly ProxyMember[];

  constructor({ proxies }: StaticSettings) {
    this.#members = proxies.map(memberOf).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  start(report: Parameters<ProxyDiscovery['start']>[0]): Promise<void> {
    report({ origin: name, members: this.#members, health: { state: 'ok' } });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function memberOf(proxy: ProxyAddress): ProxyMember {
  const address = addressOf(proxy);
  return { ...proxy, key: address, name: address, serverName: proxy.host, origin: name };
}
