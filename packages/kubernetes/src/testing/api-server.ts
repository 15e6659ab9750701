import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiCredentials } from '../access/api-credentials.ts';

/** A Kubernetes object, as tests write it. */
export interface TestObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string; [key: string]: unknown };
  [key: string]: unknown;
}

interface Watch {
  readonly path: string;
  readonly response: ServerResponse;
}

/** One request that the server got. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
}

/** As much of an API server as the tests of this package need: objects by path, pages, watches, conflicts, faults. */
export class TestApiServer {
  readonly requests: SeenRequest[] = [];
  /** Called before each request; what it returns is answered instead. */
  intercept: (request: SeenRequest) => { status: number; message: string } | undefined = () => undefined;
  /** What becomes of lists within watches: sent as by API servers of 1.34, refused as by older ones, or ignored. */
  initialLists: 'sent' | 'refused' | 'ignored' = 'refused';
  /** Answers wait for it. */
  delay: Promise<void> = Promise.resolve();
  /** Called when a request was carried out; true breaks the connection in place of an answer. */
  afterwards: (request: SeenRequest) => boolean = () => false;
  readonly #objects = new Map<string, TestObject>();
  readonly #watches = new Set<Watch>();
  readonly #waiting: { check: () => boolean; resolve: () => void }[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #groups = new Map<string, unknown[]>();
  #version = 100;
  #answering = 0;

  /** Whether a request has not been answered yet; watches don't count. */
  get isBusy(): boolean {
    return this.#answering > 0;
  }

  async start(): Promise<ApiCredentials> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const { port } = this.#server.address() as AddressInfo;
    return { current: () => Promise.resolve({ server: `http://127.0.0.1:${port}`, headers: {}, tls: {} }) };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Serves kinds of a group version, as in `networking.k8s.io/v1`: their plurals. */
  serve(groupVersion: string, plurals: readonly string[]): void {
    this.#groups.set(
      groupVersion,
      plurals.map((name) => ({ name })),
    );
  }

  /** Makes or changes an object; `collection` is the path of all of its kind, without namespace. */
  put(collection: string, object: TestObject): TestObject {
    const path = objectPath(collection, object);
    const type = this.#objects.has(path) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(path, stored);
    this.#tell(path, type, stored);
    return stored;
  }

  delete(collection: string, object: TestObject): void {
    const path = objectPath(collection, object);
    this.#version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.delete(path);
    this.#tell(path, 'DELETED', last);
  }

  /** Sends one line into each watch of a path. */
  send(path: string, line: unknown): void {
    for (const watch of this.#watches) if (watch.path === path) write(watch.response, line);
  }

  get(path: string): TestObject | undefined {
    return this.#objects.get(path);
  }

  /** How many watches of a path stand. */
  watches(path: string): number {
    return [...this.#watches].filter((watch) => watch.path === path).length;
  }

  /** Breaks all connections. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  /** Resolves when something holds that changes with requests, or with watches that end. */
  until(check: () => boolean): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ check, resolve }));
  }

  #tell(path: string, type: string, object: TestObject): void {
    for (const watch of this.#watches) {
      if (isWithin(path, watch.path)) write(watch.response, { type, object });
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://localhost');
    const text = Buffer.concat(chunks).toString();
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      body: text === '' ? undefined : JSON.parse(text),
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
    };
    this.requests.push(seen);
    this.#answering += 1;
    response.on('close', () => (this.#answering -= 1));
    await this.delay;
    const fault = this.intercept(seen);
    if (fault) refuse(response, fault.status, fault.message);
    else if (seen.query.has('sendInitialEvents') && this.initialLists === 'refused')
      refuse(response, 422, 'sendInitialEvents is forbidden for watch');
    else if (seen.query.get('watch') === 'true') this.#watch(seen, response);
    else if (seen.method === 'GET') this.#read(seen, response);
    else if (this.afterwards(seen)) this.#write(seen, response, true);
    else this.#write(seen, response);
    this.#check();
  }

  #check(): void {
    for (const waiting of this.#waiting.splice(0)) {
      if (waiting.check()) waiting.resolve();
      else this.#waiting.push(waiting);
    }
  }

  #watch({ path, query }: SeenRequest, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    if (query.has('sendInitialEvents') && this.initialLists === 'sent') this.#tellAll(path, response);
    const watch = { path, response };
    this.#watches.add(watch);
    this.#answering -= 1;
    response.on('close', () => {
      this.#answering += 1;
      this.#watches.delete(watch);
      this.#check();
    });
  }

  #tellAll(path: string, response: ServerResponse): void {
    const all = [...this.#objects].filter(([key]) => isWithin(key, path));
    for (const [, object] of all) write(response, { type: 'ADDED', object });
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    const metadata = { resourceVersion: String(this.#version), annotations };
    write(response, { type: 'BOOKMARK', object: { metadata } });
  }

  #read({ path, query }: SeenRequest, response: ServerResponse): void {
    const object = this.#objects.get(path);
    const group = /^\/apis?\/(.*)$/.exec(path)?.[1] ?? '';
    if (object) {
      answer(response, 200, object);
      return;
    }
    if (this.#groups.has(group)) {
      answer(response, 200, { resources: this.#groups.get(group) });
      return;
    }
    if (path.split('/').length <= 4 && path.startsWith('/apis/') && /\/v\d\w*$/.test(path)) {
      refuse(response, 404, 'the server could not find the requested resource');
      return;
    }
    if (isObjectPath(path)) {
      refuse(response, 404, 'not found');
      return;
    }
    const all = [...this.#objects].filter(([key]) => isWithin(key, path)).map(([, value]) => value);
    const from = Number(query.get('continue') ?? '0');
    const to = from + Number(query.get('limit') ?? all.length);
    const metadata = {
      resourceVersion: String(this.#version),
      ...(to < all.length && { continue: String(to) }),
    };
    const items = all.slice(from, to).map(untyped);
    answer(response, 200, { metadata, items });
  }

  #patched({ path, body, contentType }: SeenRequest): TestObject | undefined {
    const known = this.#objects.get(path.replace(/\/status$/, ''));
    if (known === undefined) return undefined;
    const { metadata } = body as Partial<TestObject>;
    const object = merged(known, body, contentType === 'application/apply-patch+yaml') as TestObject;
    // Only what the patch says is held against what is stored.
    const version = metadata?.resourceVersion ?? known.metadata.resourceVersion ?? '';
    return { ...object, metadata: { ...object.metadata, resourceVersion: version } };
  }

  #write(request: SeenRequest, response: ServerResponse, isForgotten = false): void {
    const { method, path } = request;
    const object = method === 'PATCH' ? this.#patched(request) : (request.body as TestObject | undefined);
    if (object === undefined) {
      refuse(response, 404, 'not found');
      return;
    }
    const key = method === 'POST' ? `${path}/${object.metadata.name}` : path.replace(/\/status$/, '');
    const known = this.#objects.get(key);
    const reason = refusalOf(method, object, known);
    if (reason !== undefined) {
      refuse(response, reason === 'not found' ? 404 : 409, reason);
      return;
    }
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.#objects.set(key, stored);
    this.#tell(key, known ? 'MODIFIED' : 'ADDED', stored);
    if (isForgotten) response.destroy();
    else answer(response, method === 'POST' ? 201 : 200, stored);
  }
}

/** Why an object can not be written, if it can not. */
function refusalOf(
  method: string,
  { metadata }: TestObject,
  known: TestObject | undefined,
): string | undefined {
  if (method === 'POST' && known) return 'already exists';
  if (method === 'PUT' && !known) return 'not found';
  const { uid, resourceVersion: version } = metadata;
  if (known && uid !== undefined && uid !== known.metadata['uid']) return 'the uid is another one';
  const isOld = version !== undefined && version !== known?.metadata.resourceVersion;
  return isOld ? 'the object has been modified' : undefined;
}

/** A merge of what is patched; where a patch is applied, lists are merged by the keys that the tests need. */
function merged(known: unknown, patch: unknown, isApply: boolean): unknown {
  if (Array.isArray(patch) && isApply) {
    const keyOf = (entry: unknown) => {
      const { type, controllerName } = entry as { type?: string; controllerName?: string };
      return type ?? controllerName;
    };
    const others = Array.isArray(known)
      ? known.filter((old) => !patch.some((next) => keyOf(next) === keyOf(old)))
      : [];
    return [...(others as unknown[]), ...(patch as unknown[])];
  }
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const before = (typeof known === 'object' && known !== null ? known : {}) as Record<string, unknown>;
  const entries = Object.entries(patch).map(([key, value]) => [key, merged(before[key], value, isApply)]);
  return { ...before, ...(Object.fromEntries(entries) as object) };
}

function objectPath(collection: string, { metadata: { name, namespace } }: TestObject): string {
  if (namespace === undefined) return `${collection}/${name}`;
  const at = collection.lastIndexOf('/');
  return `${collection.slice(0, at)}/namespaces/${namespace}${collection.slice(at)}/${name}`;
}

/** Items of a list don't say of which kind they are. */
function untyped(object: TestObject): Partial<TestObject> {
  const item: Partial<TestObject> = { ...object };
  delete item.apiVersion;
  delete item.kind;
  return item;
}

function isObjectPath(path: string): boolean {
  return /\/namespaces\/[^/]+\/[^/]+\/[^/]+$/.test(path);
}

function isWithin(objectPath: string, collection: string): boolean {
  const parent = objectPath.slice(0, objectPath.lastIndexOf('/'));
  return parent === collection || parent.replace(/\/namespaces\/[^/]+(?=\/)/, '') === collection;
}

function write(response: ServerResponse, line: unknown): void {
  response.write(`${JSON.stringify(line)}\n`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  answer(response, status, { kind: 'Status', code: status, message });
}
