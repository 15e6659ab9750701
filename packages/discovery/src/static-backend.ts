import { resolve } from 'node:path';
import type {
  BackendContext,
  DiscoveryBackend,
  ParsedSettings,
  ProxyDiscovery,
  ProxyMember,
} from './contract.ts';
import { readProxyUrls } from './proxy-list.ts';
import { addressOf, type ProxyAddress } from './proxy-url.ts';
import { readSettings } from './settings-reader.ts';
import { StaticFileDiscovery } from './static-file-discovery.ts';

/** Proxies that the settings list, or the absolute path of a file that does; each proxy once. */
export type StaticSettings = { readonly proxies: readonly ProxyAddress[] } | { readonly file: string };

const name = 'static';

/**
 * Proxies listed in the settings, `static: { proxies: [https://10.0.0.7:8444] }`, or in a file that is watched,
 * `static: { file: proxies.txt }`. Without a port, Kong's own count: 8444 for https and 8001 for http. The host of the
 * URL is also the name that the certificate must carry.
 */
export const staticBackend: DiscoveryBackend<StaticSettings> = {
  name,
  parseSettings,
  create: (settings, { insecure }, { clock }) =>
    'file' in settings
      ? new StaticFileDiscovery({ origin: name, path: settings.file, insecure, clock, memberOf })
      : new StaticDiscovery(settings.proxies),
};

function parseSettings(
  value: unknown,
  { insecure, directory }: BackendContext,
): ParsedSettings<StaticSettings> {
  return readSettings<StaticSettings>(value, name, ['proxies', 'file'], (reader) => {
    const urls = reader.anyList('proxies');
    const file = reader.text('file', (path) => (path === '' ? 'must not be empty' : undefined));
    if (reader.has('proxies') === reader.has('file')) {
      reader.reject('', 'must have either the list proxies, which may be empty, or a file');
    }
    if (file !== undefined) return { file: resolve(directory, file) };
    const placed = urls.map((url, index) => ({ url, place: `proxies[${index}]` }));
    const list = readProxyUrls(placed, insecure);
    if (list.ok) return { proxies: list.proxies };
    for (const { path, message } of list.issues) reader.reject(path, message);
    return { proxies: [] };
  });
}

class StaticDiscovery implements ProxyDiscovery {
  readonly #members: readonly ProxyMember[];

  constructor(proxies: readonly ProxyAddress[]) {
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
