import { SystemClock } from '@silverback/clock';
import { KubeHttp, isRefusal, type ApiConnection, type ApiRequest } from '@silverback/kubernetes';
import { findAssets } from '../assets.ts';
import { ControlPlane, type ControlPlaneOptions } from '../control-plane.ts';

/** A part of an answer, to be looked into by what a test expects there. */
export interface Seen {
  readonly [field: string]: Seen;
  readonly [index: number]: Seen;
}

/** An object as tests write it. */
export interface TestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [other: string]: unknown;
  };
  readonly [field: string]: unknown;
}

const APPLY = 'application/apply-patch+yaml';

/** A client of an API server that says what became of each request, for tests. */
export class TestClient {
  readonly http: KubeHttp;

  constructor(connection: ApiConnection) {
    const credentials = { current: () => Promise.resolve(connection) };
    this.http = new KubeHttp({ credentials, clock: new SystemClock() });
  }

  async get(path: string, query: Record<string, string> = {}): Promise<Seen> {
    return (await this.http.json({ path, query })) as Seen;
  }

  async create(path: string, body: object): Promise<Seen> {
    return (await this.http.json({ method: 'POST', path, body })) as Seen;
  }

  async delete(path: string): Promise<Seen> {
    return (await this.http.json({ method: 'DELETE', path })) as Seen;
  }

  async apply(path: string, body: object, query: Record<string, string> = {}): Promise<Seen> {
    const request = { method: 'PATCH', path, body, contentType: APPLY } as const;
    return (await this.http.json({ ...request, query: { fieldManager: 'tester', ...query } })) as Seen;
  }

  async patch(path: string, body: object, query: Record<string, string> = {}): Promise<Seen> {
    const request = { method: 'PATCH', path, body, contentType: 'application/merge-patch+json' } as const;
    return (await this.http.json({ ...request, query })) as Seen;
  }

  /** The status and the words with which a request is refused; undefined where it is taken. */
  async refusal(request: ApiRequest): Promise<{ status: number; message: string } | undefined> {
    try {
      await this.http.json(request);
      return undefined;
    } catch (error) {
      if (!isRefusal(error, 400, 401, 403, 404, 405, 406, 409, 410, 415, 422)) throw error;
      return { status: error.status, message: error.message };
    }
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

/** A control plane of a test file, and its administrator. */
export class TestCluster {
  readonly controlPlane: ControlPlane;
  readonly admin: TestClient;

  private constructor(controlPlane: ControlPlane) {
    this.controlPlane = controlPlane;
    this.admin = this.client(controlPlane.adminToken);
  }

  static async start(options: Omit<ControlPlaneOptions, 'assets'> = {}): Promise<TestCluster> {
    const assets = findAssets();
    if (assets === undefined) throw new Error('run the suite by: npm run test:apiserver');
    return new TestCluster(await ControlPlane.start({ assets: assets.folder, ...options }));
  }

  /** How somebody with a token reaches the API server. */
  connection(token: string): ApiConnection {
    const { url, caCertificate } = this.controlPlane;
    return { server: url, headers: { authorization: `Bearer ${token}` }, tls: { ca: caCertificate } };
  }

  client(token: string): TestClient {
    return new TestClient(this.connection(token));
  }

  /** Makes a namespace, unless there is one. */
  async namespace(name: string): Promise<void> {
    await this.admin.apply(`/api/v1/namespaces/${name}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }

  async close(): Promise<void> {
    await this.admin.close();
    await this.controlPlane.close();
  }
}
