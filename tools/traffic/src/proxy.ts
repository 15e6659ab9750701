import type { ProxyFacts } from '@silverback/kong-configuration';
import { startKongEmulator, type RouterFlavor } from '@silverback/kong-emulator';
import { withMarker } from './marker.ts';
import { send, type Answer, type Question } from './send.ts';
import type { ProxyWish } from './traffic-case.ts';

/** A Kong into which configurations are loaded and through which requests go. */
export interface Proxy {
  readonly facts: ProxyFacts;
  /** Loads a configuration and waits until requests meet it; throws with Kong's words if it is refused. */
  load(configuration: Readonly<Record<string, unknown>>): Promise<void>;
  send(scheme: 'http' | 'https', question: Question): Promise<Answer>;
  close(): Promise<void>;
}

/** Where the listeners of a Kong are. */
export interface ProxyUrls {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  readonly proxyTlsUrl?: string;
}

/** An emulated Kong of the version that translation is made for. */
export async function emulatedProxy(flavor: RouterFlavor, wish: ProxyWish = {}): Promise<Proxy> {
  const { upstreamKeepalivePoolSize, version = '3.9.1', edition = 'community' } = wish;
  const emulator = await startKongEmulator({
    routerFlavor: flavor,
    version,
    edition,
    ...(upstreamKeepalivePoolSize !== undefined && { upstreamKeepalivePoolSize }),
  });
  return proxyAt(emulator, 1, () => emulator.close());
}

/** A real Kong. Its configuration is overwritten. It needs time until each of its workers follows a configuration. */
export function realProxy(urls: ProxyUrls): Promise<Proxy> {
  return proxyAt(urls, 12, () => Promise.resolve());
}

async function proxyAt(urls: ProxyUrls, proofs: number, close: () => Promise<void>): Promise<Proxy> {
  let loads = 0;
  const listeners = { http: urls.proxyUrl, https: urls.proxyTlsUrl };
  const facts = await factsOf(urls.adminUrl);
  const ask = (scheme: 'http' | 'https', question: Question): Promise<Answer> => {
    const listener = listeners[scheme];
    if (listener === undefined) throw new Error('the https listener of the proxy is not known');
    return send(listener, question);
  };
  return {
    facts,
    send: ask,
    load: async (configuration) => {
      loads += 1;
      const { marked, isThere } = withMarker(configuration, facts.routerFlavor, loads);
      await push(urls.adminUrl, marked);
      await untilRepeated(proofs, async () =>
        isThere(await ask('http', { headers: { 'x-marker': `${loads}` } })),
      );
    },
    close,
  };
}

async function push(adminUrl: string, configuration: object): Promise<void> {
  const answer = await fetch(`${adminUrl}/config?check_hash=1&flatten_errors=1`, {
    method: 'POST',
    headers: { 'content-type': 'text/yaml' },
    body: JSON.stringify(configuration),
  });
  const text = await answer.text();
  if (answer.status !== 201) throw new Error(`refused with ${answer.status}: ${text}`);
}

/** Throws if it has not been true so often in a row after 30 s. */
async function untilRepeated(times: number, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (let inRow = 0; inRow < times;) {
    inRow = (await check()) ? inRow + 1 : 0;
    if (performance.now() > deadline) throw new Error('the proxy does not follow its configuration');
  }
}

interface RootAnswer {
  readonly version: string;
  readonly configuration: { readonly router_flavor: string; readonly upstream_keepalive_pool_size: number };
  readonly plugins: { readonly available_on_server: Readonly<Record<string, unknown>> };
}

async function factsOf(adminUrl: string): Promise<ProxyFacts> {
  const answer = await fetch(adminUrl);
  const { version, configuration, plugins } = (await answer.json()) as RootAnswer;
  return {
    version,
    routerFlavor: configuration.router_flavor,
    plugins: Object.keys(plugins.available_on_server),
    upstreamKeepalivePoolSize: configuration.upstream_keepalive_pool_size,
  };
}
