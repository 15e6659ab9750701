import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { isIP } from 'node:net';
import { adminHandler, statusHandler } from './admin/admin-handler.ts';
import type { AdminContext } from './admin/context.ts';
import { createMutualTlsServer } from './admin/tls-front.ts';
import { type Controlled, controlHandler } from './control/control-handler.ts';
import type { EmulatorOptions, KongEmulator, PushRecord } from './emulator.ts';
import { type Fault, FaultSet } from './faults.ts';
import { LIKE_NGINX } from './http-options.ts';
import { Listener } from './listener.ts';
import { KongNode } from './node.ts';
import { createTestCa, type KeyPair } from '@silverback/test-certificates';
import { CertificateChooser } from './proxy/certificates.ts';
import { type ProxyContext, proxyHandler } from './proxy/proxy-handler.ts';
import { dataModel } from './schema/model.ts';

const MEBIBYTE = 1024 * 1024;
const DEFAULT_POOL_SIZE = 512;

/**
 * Starts an emulated Kong with all its listeners.
 * @throws Error if `host` isn't a loopback address or a port is taken
 */
export async function startKongEmulator(options: EmulatorOptions = {}): Promise<KongEmulator> {
  const host = options.host ?? '127.0.0.1';
  if (!isLoopback(host)) throw new Error(`the emulator listens on loopback addresses only, not on ${host}`);
  const ca = await createTestCa('Emulated Kong');
  const emulator = new Emulator(options, host, await ca.issueServer(['localhost']));
  await emulator.open();
  return emulator;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

class Emulator implements Controlled {
  readonly name: string;
  readonly pushes: PushRecord[] = [];
  readonly #host: string;
  readonly #options: EmulatorOptions;
  readonly #node: KongNode;
  readonly #faults = new FaultSet();
  readonly #counters = { status: 0, root: 0, total: 0 };
  readonly #admin: Listener;
  readonly #status: Listener;
  readonly #proxy: Listener;
  readonly #proxyTls: Listener;
  readonly #control: Listener;
  #life = new AbortController();
  #running = false;
  #settled: Promise<void> = Promise.resolve();

  constructor(options: EmulatorOptions, host: string, fallback: KeyPair) {
    this.name = options.name ?? 'kong';
    this.#options = options;
    this.#host = host;
    this.#node = new KongNode({
      workers: options.workers ?? 2,
      flavor: options.routerFlavor ?? 'traditional_compatible',
      keepalivePoolSize: options.upstreamKeepalivePoolSize ?? DEFAULT_POOL_SIZE,
    });
    const context = this.#context();
    const proxy: ProxyContext = {
      table: () => this.#node.table,
      pool: () => this.#node.pool,
      version: context.version,
    };
    const ports = options.ports ?? {};
    const { adminTls } = options;
    const listener = (make: () => ReturnType<typeof createMutualTlsServer>, port = 0) =>
      new Listener(make, host, port);
    this.#admin = listener(
      () =>
        adminTls
          ? createMutualTlsServer(adminTls, adminHandler(context))
          : createServer(LIKE_NGINX, adminHandler(context)),
      ports.admin,
    );
    this.#status = listener(() => createServer(LIKE_NGINX, statusHandler(context)), ports.status);
    this.#proxy = listener(() => createServer(LIKE_NGINX, proxyHandler(proxy, 'http')), ports.proxy);
    this.#proxyTls = listener(() => proxyTlsServer(proxy, fallback), ports.proxyTls);
    this.#control = listener(() => createServer(controlHandler(this)), ports.control);
  }

  #context(): AdminContext {
    const {
      version = '3.9.3',
      routerFlavor = 'traditional_compatible',
      edition = 'community',
      limits = {},
      applyDelay = false,
    } = this.#options;
    return {
      node: this.#node,
      model: dataModel({ flavor: routerFlavor, edition, version }),
      faults: this.#faults,
      version,
      routerFlavor,
      keepalivePoolSize: this.#options.upstreamKeepalivePoolSize ?? DEFAULT_POOL_SIZE,
      limits: {
        bodyBytes: limits.bodyBytes ?? 10 * MEBIBYTE,
        databaseBytes: limits.databaseBytes ?? 128 * MEBIBYTE,
      },
      delayFactor: typeof applyDelay === 'object' ? applyDelay.factor : Number(applyDelay),
      pushes: this.pushes,
      counters: this.#counters,
      life: () => this.#life.signal,
      proxyPorts: () => ({ plain: this.#proxy.port, tls: this.#proxyTls.port }),
      connections: () => this.#admin.connections + this.#proxy.connections,
      commitSection: { busy: false },
    };
  }

  get state(): 'running' | 'stopped' {
    return this.#running ? 'running' : 'stopped';
  }

  get faults(): readonly Fault[] {
    return this.#faults.active;
  }

  get adminUrl(): string {
    return this.#url(this.#options.adminTls ? 'https' : 'http', this.#admin);
  }

  get proxyUrl(): string {
    return this.#url('http', this.#proxy);
  }

  get proxyTlsUrl(): string {
    return this.#url('https', this.#proxyTls);
  }

  get statusUrl(): string {
    return this.#url('http', this.#status);
  }

  get controlUrl(): string {
    return this.#url('http', this.#control);
  }

  get configurationHash(): string {
    return this.#node.hash;
  }

  get requests(): { readonly status: number; readonly root: number } {
    return { status: this.#counters.status, root: this.#counters.root };
  }

  fault(fault: Fault): void {
    if (fault.type === 'empty') {
      this.empty();
      return;
    }
    this.#faults.add(fault);
    if (fault.type === 'refuse-connections') this.#settled = this.#admin.close();
  }

  clearFaults(): void {
    this.#faults.clear();
    if (this.#running) this.#settled = this.#admin.open();
  }

  get settled(): Promise<void> {
    return this.#settled;
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#life.abort();
    await Promise.all(this.#listeners().map((listener) => listener.close()));
  }

  async start(options: { readonly wipe?: boolean } = {}): Promise<void> {
    if (this.#running) return;
    this.#life = new AbortController();
    this.#counters.total = 0;
    this.#node.restart(options.wipe === true || this.#options.keepConfigurationOnRestart === false);
    await this.#listen();
  }

  empty(): void {
    this.#node.empty();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#control.close();
  }

  /** Opens the listeners for the first time. */
  async open(): Promise<void> {
    await this.#control.open();
    await this.#listen();
  }

  async #listen(): Promise<void> {
    this.#running = true;
    const refused = this.#faults.get('refuse-connections') === undefined ? [] : [this.#admin];
    await Promise.all(
      this.#listeners()
        .filter((one) => !refused.includes(one))
        .map((listener) => listener.open()),
    );
  }

  #listeners(): Listener[] {
    return [this.#admin, this.#status, this.#proxy, this.#proxyTls];
  }

  #url(scheme: string, listener: Listener): string {
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host;
    return `${scheme}://${host}:${listener.port}`;
  }
}

function proxyTlsServer(context: ProxyContext, fallback: KeyPair): Server {
  const chooser = new CertificateChooser();
  const server = createHttpsServer(
    {
      ...LIKE_NGINX,
      cert: fallback.certificate,
      key: fallback.key,
      SNICallback: (serverName, callback) => {
        callback(null, chooser.choose(context.table(), serverName));
      },
    },
    proxyHandler(context, 'https'),
  );
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy();
  });
  return server;
}
