import { randomBytes } from 'node:crypto';
import { SystemClock } from '@silverback/clock';
import { createTestCa, type KeyPair, type TestCa } from '@silverback/test-certificates';
import { loadAll } from 'js-yaml';
import { ApiFailure } from './api-failure.ts';
import { Authentication, type User } from './authentication.ts';
import { ClusterObjects, isKubernetesObject } from './cluster-objects.ts';
import { Faults, type Fault } from './faults.ts';
import { ApiHandler } from './http/api-handler.ts';
import { Exchange } from './http/exchange.ts';
import { Listener } from './http/listener.ts';
import { Views } from './http/view.ts';
import { Watches } from './http/watches.ts';
import { builtInKinds } from './kinds/built-in-kinds.ts';
import { KindRegistry } from './kinds/kind-registry.ts';
import { kubeconfig } from './kubeconfig.ts';
import { Definitions } from './objects/definitions.ts';
import { FIRST_NAMESPACES, Namespaces } from './objects/namespaces.ts';
import { ObjectService } from './objects/object-service.ts';
import type { ClusterEmulatorOptions } from './options.ts';
import { Store } from './store/store.ts';
import { Traffic, type RequestFilter } from './traffic.ts';

const ADMIN = 'admin';
/** Where the API server is reached: on loopback, and by its name in a cluster. */
const SERVER_NAMES = ['localhost', 'kubernetes.default.svc', '127.0.0.1', '::1'];

interface Waiting {
  readonly check: () => boolean;
  readonly resolve: () => void;
}

/** A Kubernetes API server for tests, demos and benchmarks. Nothing of a cluster is behind it. */
export class ClusterEmulator {
  /** What was asked, and what was written. */
  readonly traffic = new Traffic();
  /** The objects, without HTTP. */
  readonly objects: ClusterObjects;
  /** The bearer token of the user `admin`. */
  readonly token: string;
  readonly #options: ClusterEmulatorOptions;
  readonly #store: Store;
  readonly #authentication: Authentication;
  readonly #faults = new Faults();
  readonly #watches: Watches;
  readonly #handler: ApiHandler;
  readonly #waiting = new Set<Waiting>();
  #ca: TestCa | undefined;
  #listener: Listener | undefined;

  constructor(options: ClusterEmulatorOptions = {}) {
    this.#options = options;
    const { clock = new SystemClock(), historyLimit = 100_000 } = options;
    this.token = options.token ?? randomBytes(24).toString('base64url');
    this.#authentication = new Authentication([
      { name: ADMIN, tokens: [this.token] },
      ...(options.users ?? []),
    ]);
    const store = new Store({ historyLimit });
    this.#store = store;
    const registry = new KindRegistry(builtInKinds());
    const objects = new ObjectService({ store, clock });
    new Definitions({ store, registry, objects, clock });
    new Namespaces({ store, registry, objects });
    objects.onWrite(() => {
      this.#lookAgain();
    });
    this.objects = new ClusterObjects({ store, registry, objects });
    const views = new Views(clock);
    this.#watches = new Watches({
      store,
      views,
      clock,
      bookmarkMs: options.bookmarkMs ?? 60_000,
      policy: {
        offersInitialEvents: options.offersInitialEvents ?? true,
        timeoutMs: options.watchMs ?? 1_800_000,
      },
      refusesExpired: options.refusesExpiredWatches ?? false,
      onChange: () => {
        this.#lookAgain();
      },
    });
    this.#handler = new ApiHandler({
      store,
      registry,
      objects,
      authentication: this.#authentication,
      faults: this.#faults,
      traffic: this.traffic,
      watches: this.#watches,
      views,
      clock,
      onRequest: () => {
        this.#lookAgain();
      },
    });
    this.objects.load(FIRST_NAMESPACES.map(namespaceNamed));
  }

  /**
   * Begins to listen.
   *
   * @returns itself
   */
  async start(): Promise<this> {
    const { tls = true, host = '127.0.0.1', port = 0 } = this.#options;
    if (tls) this.#ca ??= await createTestCa('cluster-emulator');
    const identity = this.#ca && {
      ca: this.#ca.certificate,
      server: await this.#ca.issueServer(SERVER_NAMES),
    };
    this.#listener = new Listener({
      host,
      port,
      tls: identity,
      onRequest: (request, response) => {
        void this.#handler.handle(new Exchange(request, response));
      },
    });
    await this.#listener.open();
    return this;
  }

  /** Stops for good. */
  async close(): Promise<void> {
    await this.#listener?.close();
  }

  /** The address of the API, as in `https://127.0.0.1:40123`. */
  get url(): string {
    return this.#started.url;
  }

  /** The certificate of the cluster's authority, PEM; undefined where plain HTTP is spoken. */
  get caCertificate(): string | undefined {
    return this.#ca?.certificate;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#started.connections;
  }

  /** The revision of the last write: the resource version of a list made now. */
  get revision(): number {
    return this.#store.revision;
  }

  /**
   * The text of a kubeconfig with which somebody reaches this cluster; by default the admin.
   *
   * @param identity - a client certificate in place of the token
   */
  kubeconfig(user: User = { name: ADMIN, tokens: [this.token] }, identity?: KeyPair): string {
    const [token] = user.tokens ?? [];
    return kubeconfig({ server: this.url, ca: this.caCertificate, user: user.name, token, identity });
  }

  /** A client certificate for a user; only where TLS is spoken. */
  issueClient(user: string): Promise<KeyPair> {
    if (this.#ca === undefined)
      throw new Error('client certificates need an emulator that was started with TLS');
    return this.#ca.issueClient(user);
  }

  /** Adds somebody, or changes the tokens and rules of somebody. */
  setUser(user: User): void {
    this.#authentication.setUser(user);
  }

  /** Forgets somebody: what they ask is answered with 401. */
  removeUser(name: string): void {
    this.#authentication.removeUser(name);
  }

  /**
   * Puts the objects of a text of YAML documents in, as `objects.load` does.
   *
   * @throws Error if a document is no object
   */
  loadYaml(text: string): void {
    const documents = loadAll(text).filter((document) => document !== null && document !== undefined);
    const strange = documents.find((document) => !isKubernetesObject(document));
    if (strange !== undefined) throw new Error('a document has no apiVersion, kind or metadata.name');
    this.objects.load(documents.filter(isKubernetesObject));
  }

  /** @returns a function that ends the fault */
  fault(fault: Fault): () => void {
    return this.#faults.add(fault);
  }

  /** Ends all faults. Watches that fell silent stay so. */
  clearFaults(): void {
    this.#faults.clear();
  }

  /** How many watches stand, of those that are meant. */
  watches(filter: RequestFilter = {}): number {
    return this.#watches.matching(filter).length;
  }

  /** Ends watches early, in good order. */
  closeWatches(filter: RequestFilter = {}): void {
    for (const stream of this.#watches.matching(filter)) stream.end();
  }

  /** Cuts the connections of watches. */
  cutWatches(filter: RequestFilter = {}): void {
    for (const stream of this.#watches.matching(filter)) stream.cut();
  }

  /** Watches fall silent: neither an event nor the end is told any more, and the connection stays open. */
  silenceWatches(filter: RequestFilter = {}): void {
    for (const stream of this.#watches.matching(filter)) stream.silence();
  }

  /** Tells watches that what they have is too old, with an event within the watch, and ends them. */
  expireWatches(filter: RequestFilter = {}): void {
    const why = new ApiFailure(410, 'Expired', 'The resourceVersion for the provided watch is too old.');
    for (const stream of this.#watches.matching(filter)) stream.expire(why);
  }

  /** Forgets what happened up to a revision: lists and watches from before it are answered with 410. */
  expireBefore(revision: number): void {
    this.#store.forget(revision);
  }

  /** Forgets all that happened up to now. */
  compact(): void {
    this.expireBefore(this.revision);
  }

  /** Cuts all connections; new ones are accepted. */
  cutConnections(): void {
    this.#started.cut();
  }

  /** The API server goes down: connections are cut, new ones refused. The objects stay. */
  async stopListening(): Promise<void> {
    await this.#started.close();
  }

  /** The API server comes back, at the same address. */
  async listenAgain(): Promise<void> {
    await this.#started.open();
  }

  /** Resolves when something holds; looked at after each request, each write, and when watches come and go. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.add({ check, resolve });
    });
  }

  #lookAgain(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.check()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve();
    }
  }

  get #started(): Listener {
    if (this.#listener === undefined) throw new Error('the emulator was not started');
    return this.#listener;
  }
}

function namespaceNamed(name: string) {
  const labels = { 'kubernetes.io/metadata.name': name };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels }, status: { phase: 'Active' } };
}
