import { createHash } from 'node:crypto';
import { startEchoBackend } from '../echo-backend.ts';
import type { RouterFlavor } from '../emulator.ts';
import { startKongEmulator } from '../start-emulator.ts';
import { type Answer, ask, jsonOf, type Question } from './http.ts';

/** A Kong without a database: the emulator, or the real one that the environment names. */
export interface NodeUnderTest {
  readonly adminUrl: string;
  readonly proxyUrl: string;
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
  const { KONG_ADMIN_URL: admin, KONG_PROXY_URL: proxy, KONG_STATUS_URL: status } = process.env;
  const place = { host, port: backend.port };
  if (admin !== undefined && proxy !== undefined)
    return nodeAt(await flavorOf(admin), admin, proxy, status, place, () => backend.close());
  const emulator = await startKongEmulator({ routerFlavor: flavor });
  return nodeAt(flavor, emulator.adminUrl, emulator.proxyUrl, emulator.statusUrl, place, async () => {
    await emulator.close();
    await backend.close();
  });
}

async function flavorOf(adminUrl: string): Promise<string> {
  const { configuration: settings } = jsonOf(await ask(adminUrl));
  return String((settings as Record<string, unknown>)['router_flavor']);
}

function nodeAt(
  flavor: string,
  adminUrl: string,
  proxyUrl: string,
  statusUrl: string | undefined,
  backend: NodeUnderTest['backend'],
  close: () => Promise<void>,
): NodeUnderTest {
  return {
    adminUrl,
    proxyUrl,
    statusUrl,
    backend,
    flavor,
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
    close,
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
