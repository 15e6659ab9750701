import { createHash } from 'node:crypto';
import { startEchoBackend } from '../echo-backend.ts';
import type { RouterFlavor } from '../emulator.ts';
import { startKongEmulator } from '../start-emulator.ts';
import { type Answer, ask, jsonOf, type Question } from './http.ts';

/** A Kong without a database: the emulator, or the real one that the environment names. */
export interface NodeUnderTest {
  readonly adminUrl: string;
  readonly proxyUrl: string;
  /** Absent for a real Kong whose TLS proxy listener isn't named. */
  readonly proxyTlsUrl: string | undefined;
  /** Absent for a real Kong whose status listener isn't named. */
  readonly statusUrl: string | undefined;
  /** Where a backend that echoes is for the node. */
  readonly backend: { readonly host: string; readonly port: number };
  readonly flavor: string;
  /** POST /config as `text/yaml`, unless told otherwise; `contentType: null` sends none. */
  push(configuration: object | string | Buffer, options?: PushOptions): Promise<Answer>;
  hash(): Promise<string>;
  /** Asks the proxy until the answer has this status: a real node answers 201 before the routes work. */
  proxied(path: string, status: number, question?: Question): Promise<Answer>;
  close(): Promise<void>;
}

export interface PushOptions {
  readonly query?: string;
  readonly contentType?: string | null;
}

/**
 * A node for the contract suite; see the README for the variables.
 * @param flavor the router of the emulator; a real Kong has the one that it was started with
 */
export async function nodeUnderTest(flavor: RouterFlavor = 'traditional_compatible'): Promise<NodeUnderTest> {
  const host = process.env['KONG_BACKEND_HOST'] ?? '127.0.0.1';
  const backend = await startEchoBackend({ name: 'echo', host });
  const place = { host, port: backend.port };
  const close = () => backend.close();
  const { KONG_ADMIN_URL: adminUrl, KONG_PROXY_URL: proxyUrl } = process.env;
  if (adminUrl !== undefined && proxyUrl !== undefined) {
    const { KONG_STATUS_URL: statusUrl, KONG_PROXY_TLS_URL: proxyTlsUrl } = process.env;
    const itsFlavor = await flavorOf(adminUrl);
    return nodeAt({ adminUrl, proxyUrl, statusUrl, proxyTlsUrl, flavor: itsFlavor, backend: place, close });
  }
  const emulator = await startKongEmulator({ routerFlavor: flavor });
  return nodeAt({
    adminUrl: emulator.adminUrl,
    proxyUrl: emulator.proxyUrl,
    statusUrl: emulator.statusUrl,
    proxyTlsUrl: emulator.proxyTlsUrl,
    flavor,
    backend: place,
    close: async () => {
      await emulator.close();
      await close();
    },
  });
}

async function flavorOf(adminUrl: string): Promise<string> {
  const { configuration: settings } = jsonOf(await ask(adminUrl));
  return String((settings as Record<string, unknown>)['router_flavor']);
}

function nodeAt(place: Omit<NodeUnderTest, 'push' | 'hash' | 'proxied'>): NodeUnderTest {
  const { adminUrl, proxyUrl } = place;
  return {
    ...place,
    push: (configuration, { query = '', contentType = 'text/yaml' } = {}) =>
      ask(`${adminUrl}/config${query === '' ? '' : `?${query}`}`, {
        method: 'POST',
        body:
          typeof configuration === 'string' || Buffer.isBuffer(configuration)
            ? configuration
            : JSON.stringify(configuration),
        ...(contentType !== null && { headers: { 'content-type': contentType } }),
      }),
    hash: async () => String(jsonOf(await ask(`${adminUrl}/status`))['configuration_hash']),
    proxied: async (path, status, question) => {
      const deadline = performance.now() + 10_000;
      for (;;) {
        const answer = await ask(proxyUrl + path, question);
        if (answer.status === status || performance.now() > deadline) return answer;
      }
    },
  };
}

/** A service that leads to nowhere, with what is given on top. */
export function service(name: string, more: object = {}): object {
  return { name, host: '127.0.0.1', port: 9, ...more };
}

/** A configuration with these parts. */
export function configuration(parts: object): { _format_version: string } {
  return { _format_version: '3.0', ...parts };
}

/** MD5 in hex. */
export function md5(content: string | Buffer): string {
  return createHash('md5').update(content).digest('hex');
}
