import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { SilverbackError } from '@silverback/errors';
import { load } from 'js-yaml';
import type { KubeConfig } from './kube-config.ts';
import type { ApiConnection, ApiCredentials } from './api-credentials.ts';

/** Which cluster is meant. */
export interface KubeConfigOptions {
  /** Path of a kubeconfig; without it KUBECONFIG, the user's own one, and the pod's service account are tried. */
  readonly kubeconfig?: string;
  /** Name of a context in it; without it the current one. */
  readonly context?: string;
}

/**
 * The credentials of a kubeconfig or of the pod: certificates, tokens, token files, and plugins that are run to get
 * a token, as @kubernetes/client-node reads them. The library is loaded when it is first needed: it is large. It knows
 * no `tokenFile` of a kubeconfig, which is read here.
 */
export class KubeConfigCredentials implements ApiCredentials {
  readonly #options: KubeConfigOptions;
  #config: KubeConfig | undefined;
  #tokenFile: string | undefined;

  constructor(options: KubeConfigOptions = {}) {
    this.#options = options;
  }

  async current(wasRefused = false): Promise<ApiConnection> {
    try {
      if (wasRefused) this.#config = undefined;
      const config = (this.#config ??= await this.#load());
      const server = config.getCurrentCluster()?.server;
      if (server === undefined) throw new Error('the context names no cluster');
      const request: RequestOptions = { headers: {} };
      await config.applyToHTTPSOptions(request);
      return {
        server,
        headers: { ...textHeaders(request), ...(await this.#fileToken()) },
        tls: tlsOf(request),
      };
    } catch (error) {
      throw new SilverbackError('KubernetesConfigInvalid', {
        message: `The credentials for the API server can not be read: ${error instanceof Error ? error.message : 'unknown'}.`,
        ...(this.#options.kubeconfig !== undefined && { where: this.#options.kubeconfig }),
        cause: error,
      });
    }
  }

  async #load(): Promise<KubeConfig> {
    const library = await import('./kube-config.ts');
    const config = new library.KubeConfig();
    const { kubeconfig, context } = this.#options;
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    const user = config.getCurrentUser()?.name;
    this.#tokenFile = kubeconfig === undefined ? undefined : await tokenFileOf(kubeconfig, user);
    return config;
  }

  /** As client-go has it, a file counts before a token that stands beside it. */
  async #fileToken(): Promise<Record<string, string>> {
    if (this.#tokenFile === undefined) return {};
    return { Authorization: `Bearer ${(await readFile(this.#tokenFile, 'utf8')).trim()}` };
  }
}

interface UserEntry {
  readonly name?: string;
  readonly user?: { readonly tokenFile?: string } | null;
}

/** Paths in a kubeconfig are relative to its folder. */
async function tokenFileOf(kubeconfig: string, user: string | undefined): Promise<string | undefined> {
  const { users = [] } = load(await readFile(kubeconfig, 'utf8')) as {
    readonly users?: readonly UserEntry[];
  };
  const file = users.find(({ name }) => name === user)?.user?.tokenFile;
  return file === undefined || file === '' ? undefined : resolve(dirname(kubeconfig), file);
}

function textHeaders({ headers, auth }: RequestOptions): Record<string, string> {
  const pairs = Object.entries(headers ?? {});
  const basic =
    typeof auth === 'string' ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  return {
    ...basic,
    ...Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string')),
  };
}

function tlsOf({ ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }: RequestOptions) {
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(pfx !== undefined && { pfx }),
    ...(passphrase !== undefined && { passphrase }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  } satisfies ApiConnection['tls'];
}
