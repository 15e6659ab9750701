import { type EchoBackend, startEchoBackend } from '../echo-backend.ts';
import type { EmulatorOptions, KongEmulator } from '../emulator.ts';
import { startKongEmulator } from '../start-emulator.ts';
import { type Answer, ask, jsonOf } from './http.ts';

/** An emulator with a backend behind it. */
export interface Gateway {
  readonly emulator: KongEmulator;
  readonly backend: EchoBackend;
  /** Pushes a configuration with one service `s` that leads to the backend, which has these parts; throws if refused. */
  serve(parts: { readonly routes?: object[]; readonly plugins?: object[] }, others?: object): Promise<void>;
  push(parts: object): Promise<Answer>;
  get(path: string, headers?: Record<string, string | string[]>, method?: string): Promise<Answer>;
  /** What the backend was asked. */
  seen(path: string, headers?: Record<string, string | string[]>, method?: string): Promise<Seen>;
  close(): Promise<void>;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly headers: Record<string, string>;
}

export async function startGateway(options: EmulatorOptions = {}): Promise<Gateway> {
  const backend = await startEchoBackend({ name: 'echo' });
  const emulator = await startKongEmulator(options);
  const push = (parts: object) =>
    ask(`${emulator.adminUrl}/config`, {
      method: 'POST',
      headers: { 'content-type': 'text/yaml' },
      body: JSON.stringify({ _format_version: '3.0', ...parts }),
    });
  const get: Gateway['get'] = (path, headers = {}, method = 'GET') =>
    ask(emulator.proxyUrl + path, { headers, method });
  return {
    emulator,
    backend,
    push,
    get,
    serve: async (parts, others = {}) => {
      const service = { name: 's', host: '127.0.0.1', port: backend.port, ...parts };
      const answer = await push({ services: [service], ...others });
      if (answer.status !== 201) throw new Error(answer.text);
    },
    seen: async (path, headers, method) => {
      const answer = await get(path, headers, method);
      if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
      return jsonOf(answer) as unknown as Seen;
    },
    close: async () => {
      await emulator.close();
      await backend.close();
    },
  };
}
