import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCa, type KeyPair, type TestCa } from '@silverback/test-certificates';
import { ServerProcess } from './server-process.ts';

/** What a {@link ControlPlane} needs. */
export interface ControlPlaneOptions {
  /** The folder that holds `kube-apiserver` and `etcd`. */
  readonly assets: string;
  /** More arguments of kube-apiserver. */
  readonly apiServerArguments?: readonly string[];
}

/** How clients reach an API server. */
export interface ApiServerAddress {
  /** As in `https://127.0.0.1:40123`. */
  readonly url: string;
  /** The authority that signed its certificate, PEM. */
  readonly caCertificate: string;
  /** The token of somebody who may do everything. */
  readonly adminToken: string;
  /** Where each request is noted, one JSON object a line. */
  readonly auditLog: string;
}

/** Names and addresses of the API server. */
const SERVER_NAMES = ['localhost', 'kubernetes.default.svc', '127.0.0.1'];

/** Who asked for what, and nothing of what was sent. */
const AUDIT_POLICY = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules: [{ level: Metadata }]
`;

/**
 * A kube-apiserver and an etcd on loopback, with keys and data of their own and with RBAC. Nothing else of a cluster is
 * there: no controllers, so that namespaces are never emptied and Services get no EndpointSlices.
 */
export class ControlPlane implements ApiServerAddress {
  readonly adminToken = randomBytes(24).toString('base64url');
  readonly #options: ControlPlaneOptions;
  #authority: TestCa;
  readonly #folder = mkdtempSync(join(tmpdir(), 'silverback-apiserver-'));
  #ports = { etcd: 0, peers: 0, api: 0 };
  #etcd: ServerProcess | undefined;
  #apiServer: ServerProcess | undefined;

  private constructor(options: ControlPlaneOptions, authority: TestCa) {
    this.#options = options;
    this.#authority = authority;
  }

  /**
   * Starts both servers.
   *
   * @returns when the API server is ready
   * @throws Error when one of them does not start
   */
  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const controlPlane = new ControlPlane(options, await createTestCa('kube-apiserver'));
    try {
      await controlPlane.#begin();
    } catch (error) {
      await controlPlane.close();
      throw error;
    }
    return controlPlane;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#ports.api}`;
  }

  get caCertificate(): string {
    return this.#authority.certificate;
  }

  get auditLog(): string {
    return this.#path('audit.log');
  }

  /** An identity with which somebody authenticates by a certificate. */
  issueClient(user: string, group: string): Promise<KeyPair> {
    return this.#authority.issueClient({ name: user, groups: [group] });
  }

  /** Starts the API server on the port that it had. */
  async startApiServer(): Promise<void> {
    this.#apiServer = await ServerProcess.start({
      program: join(this.#options.assets, 'kube-apiserver'),
      words: [...this.#apiServerWords(), ...(this.#options.apiServerArguments ?? [])],
      logFile: this.#path('kube-apiserver.log'),
      isReady: () => this.#isReady(),
    });
  }

  /** Ends the API server; what is stored stays. */
  async stopApiServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#apiServer?.stop(signal);
  }

  /** Starts the API server again with another authority, which signed its certificate and signs those of clients. */
  async replaceAuthority(): Promise<void> {
    await this.stopApiServer();
    this.#authority = await createTestCa('kube-apiserver');
    await this.#writeCertificates();
    await this.startApiServer();
  }

  /** Lets etcd forget everything before now, as it happens every five minutes in clusters. */
  async compact(): Promise<void> {
    const { header } = (await this.#askEtcd('/v3/maintenance/status', {})) as {
      header: { revision: string };
    };
    await this.#askEtcd('/v3/kv/compaction', { revision: header.revision, physical: true });
  }

  /** Ends both servers and removes what they stored. */
  async close(): Promise<void> {
    await this.#apiServer?.stop();
    await this.#etcd?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #begin(): Promise<void> {
    const [etcd, peers, api] = await freePorts();
    this.#ports = { etcd, peers, api };
    await this.#writeFiles();
    this.#etcd = await ServerProcess.start({
      program: join(this.#options.assets, 'etcd'),
      words: this.#etcdWords(),
      logFile: this.#path('etcd.log'),
      isReady: () => this.#askEtcd('/v3/maintenance/status', {}).then(Boolean, () => false),
    });
    await this.startApiServer();
  }

  async #writeFiles(): Promise<void> {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const files = {
      'service-account.pub': publicKey,
      'service-account.key': privateKey,
      'tokens.csv': `${this.adminToken},admin,admin,"system:masters"\n`,
      'audit-policy.yaml': AUDIT_POLICY,
    };
    mkdirSync(this.#path('etcd'), { mode: 0o700 });
    this.#write(files);
    await this.#writeCertificates();
  }

  async #writeCertificates(): Promise<void> {
    const { certificate, key } = await this.#authority.issueServer(SERVER_NAMES);
    this.#write({ 'ca.crt': this.caCertificate, 'server.crt': certificate, 'server.key': key });
  }

  #write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) writeFileSync(this.#path(name), text, { mode: 0o600 });
  }

  #etcdWords(): string[] {
    const { etcd, peers } = this.#ports;
    return [
      `--data-dir=${this.#path('etcd')}`,
      `--listen-client-urls=http://127.0.0.1:${etcd}`,
      `--advertise-client-urls=http://127.0.0.1:${etcd}`,
      `--listen-peer-urls=http://127.0.0.1:${peers}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
      `--initial-cluster=default=http://127.0.0.1:${peers}`,
      // The data need not outlive the machine.
      '--unsafe-no-fsync',
    ];
  }

  #apiServerWords(): string[] {
    const { etcd, api } = this.#ports;
    return [
      `--etcd-servers=http://127.0.0.1:${etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${api}`,
      '--endpoint-reconciler-type=none',
      '--service-cluster-ip-range=10.0.0.0/24',
      '--authorization-mode=RBAC',
      `--client-ca-file=${this.#path('ca.crt')}`,
      `--tls-cert-file=${this.#path('server.crt')}`,
      `--tls-private-key-file=${this.#path('server.key')}`,
      `--token-auth-file=${this.#path('tokens.csv')}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${this.#path('service-account.pub')}`,
      `--service-account-signing-key-file=${this.#path('service-account.key')}`,
      `--audit-policy-file=${this.#path('audit-policy.yaml')}`,
      `--audit-log-path=${this.auditLog}`,
    ];
  }

  #isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const headers = { authorization: `Bearer ${this.adminToken}` };
      const options = { ca: this.caCertificate, agent: false, timeout: 5000, headers };
      const sent = request(`${this.url}/readyz`, options, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      sent.on('timeout', () => sent.destroy());
      sent.on('error', () => {
        resolve(false);
      });
      sent.end();
    });
  }

  /** Asks etcd by its JSON gateway. */
  async #askEtcd(path: string, body: object): Promise<unknown> {
    const url = `http://127.0.0.1:${this.#ports.etcd}${path}`;
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer.json();
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

/** Three at once, so that they differ. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await once(server.close(), 'close');
  return ports as [number, number, number];
}
