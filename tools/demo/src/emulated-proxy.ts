import type { ChildGroup } from './child-group.ts';
import { pathOf, type Child } from './child.ts';
import type { ProxyPorts } from './ports.ts';
import { requestThrough, type ShopAnswer, type ShopRequest } from './proxy-request.ts';

/** PEM files with which an emulated proxy's Admin API speaks mutual TLS. */
export interface AdminTlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
}

/** One POST /config that an emulated proxy received. */
export interface Push {
  readonly status: number | 'aborted';
  readonly hash: string;
  readonly contentType: string;
}

const URL_NAMES = ['admin', 'proxy', 'proxyTls', 'control'] as const;
type Urls = Readonly<Record<(typeof URL_NAMES)[number], URL>>;

const READY_MS = 15_000;
const CONTROL_MS = 5_000;

/** A process of the Kong emulator and its control port. */
export class EmulatedProxy {
  readonly name: string;
  readonly child: Child;
  readonly #urls: Urls;

  private constructor(name: string, child: Child, urls: Urls) {
    this.name = name;
    this.child = child;
    this.#urls = urls;
  }

  /** Starts the process and waits until it listens. */
  static async start(
    group: ChildGroup,
    name: string,
    ports: ProxyPorts,
    tls: AdminTlsFiles,
    logFile: string,
  ): Promise<EmulatedProxy> {
    const words = Object.entries({
      '--name': name,
      '--admin-port': ports.admin,
      '--proxy-port': ports.http,
      '--proxy-tls-port': ports.https,
      '--status-port': ports.status,
      '--control-port': ports.control,
      '--admin-tls-cert': tls.certFile,
      '--admin-tls-key': tls.keyFile,
      '--client-ca': tls.clientCaFile,
    }).flatMap(([flag, value]) => [flag, String(value)]);
    const child = group.start({ name: `proxy ${name}`, script: emulatorScript('main.js'), words, logFile });
    return new EmulatedProxy(name, child, readUrls(await child.ready(READY_MS)));
  }

  /** Base URL of the Admin API. */
  get adminUrl(): string {
    return this.#urls.admin.origin;
  }

  /** Host and port of the Admin API, as the controller's reports name the proxy. */
  get address(): string {
    return this.#urls.admin.host;
  }

  get http(): number {
    return Number(this.#urls.proxy.port);
  }

  get https(): number {
    return Number(this.#urls.proxyTls.port);
  }

  get control(): number {
    return Number(this.#urls.control.port);
  }

  /** Sends a request through the data plane. */
  request(wanted: ShopRequest): Promise<ShopAnswer> {
    return requestThrough(this, wanted);
  }

  /** The data plane and the Admin API go down. */
  async stop(): Promise<void> {
    await this.#post('/stop');
  }

  /** They come back; the configuration is lost. */
  async startWiped(): Promise<void> {
    await this.#post('/start?wipe=true');
  }

  /** The configuration is lost while the proxy runs. */
  async empty(): Promise<void> {
    await this.#post('/empty');
  }

  /** Every configuration that was sent to it, oldest first. */
  async pushes(): Promise<readonly Push[]> {
    const response = await fetch(new URL('/pushes', this.#urls.control), {
      signal: AbortSignal.timeout(CONTROL_MS),
    });
    return (await response.json()) as readonly Push[];
  }

  async #post(path: string): Promise<void> {
    const response = await fetch(new URL(path, this.#urls.control), {
      method: 'POST',
      signal: AbortSignal.timeout(CONTROL_MS),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`proxy ${this.name}: POST ${path} was answered ${response.status}`);
  }
}

/** Reads the line with which an emulator says that it is ready. */
function readUrls(line: string): Urls {
  const announced = JSON.parse(line) as Readonly<Record<string, string>>;
  const urlOf = (name: string): URL => new URL(announced[name] ?? '');
  return Object.fromEntries(URL_NAMES.map((name) => [name, urlOf(name)])) as Urls;
}

/** The script of one of the emulator package's programs. */
export function emulatorScript(file: 'main.js' | 'echo-main.js'): string {
  return pathOf(new URL(file, import.meta.resolve('@silverback/kong-emulator')));
}
