import { sleep, type Clock } from '@silverback/clock';
import { isSilverbackError, SilverbackError } from '@silverback/errors';
import type { Credentials, CredentialSource } from '@silverback/transport-security';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import type { ApiObject } from '../reflector/api-object.ts';
import { Backoff } from '../reflector/backoff.ts';
import { namedSecretReflector, secretsPath } from '../reflector/named-secret.ts';

/** What a {@link SecretCredentialSource} needs. */
export interface SecretCredentialSourceOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly namespace: string;
  /** Name of the Secret: `ca.crt`, `tls.crt`, `tls.key` and `token` count, as far as they are there. */
  readonly name: string;
  /** Whether a Secret without `ca.crt` can't be used. */
  readonly needsCa: boolean;
  /** Checks the text of a token: `parseToken` of package transport-security. */
  readonly parseToken: (text: string, where: string) => string;
  readonly random?: () => number;
}

/** How long one request may take, and how long an API server that is away is tried, in ms. */
const REQUEST_MS = 5_000;
const TRY_MS = 30_000;

type Data = Readonly<Record<string, string>>;

/** The credentials of a fleet in a Secret of the cluster, as cert-manager makes them (type kubernetes.io/tls). */
export class SecretCredentialSource implements CredentialSource {
  readonly #options: SecretCredentialSourceOptions;
  /** What the watch shows; `gone` while it shows none, and undefined before it stands. */
  #shown: Data | 'gone' | undefined;

  constructor(options: SecretCredentialSourceOptions) {
    this.#options = options;
  }

  get description(): string {
    return `Secret ${this.#options.namespace}/${this.#options.name}`;
  }

  /** The first reading asks the API server, later ones ask the watch. */
  async read(): Promise<Credentials> {
    const data = this.#shown ?? (await this.#fetch());
    if (data === 'gone') throw this.#unreadable('it does not exist');
    if (this.#options.needsCa && data['ca.crt'] === undefined) throw this.#unreadable('it has no ca.crt');
    const text = (key: string): string | undefined =>
      data[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString('utf8');
    const [ca, certificate, key, token] = ['ca.crt', 'tls.crt', 'tls.key', 'token'].map(text);
    return {
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { certificate }),
      ...(key !== undefined && { key }),
      ...(token !== undefined && { token: this.#options.parseToken(token, this.description) }),
    };
  }

  watch(onChange: () => void): () => void {
    const { http, clock, namespace, name, random } = this.#options;
    const reflector = namedSecretReflector<Data>({
      http,
      clock,
      namespace,
      name,
      ...(random && { random }),
      project: dataOf,
      onSeen: (data) => {
        this.#shown = data ?? 'gone';
        onChange();
      },
    });
    reflector.start();
    return () => void reflector.stop();
  }

  async #fetch(): Promise<Data | 'gone'> {
    const { http, clock, namespace, name, random = Math.random } = this.#options;
    const backoff = new Backoff(random);
    const deadline = clock.now() + TRY_MS;
    for (;;) {
      try {
        const path = `${secretsPath(namespace)}/${name}`;
        return dataOf((await http.json({ path, timeoutMs: REQUEST_MS })) as ApiObject);
      } catch (error) {
        if (!isSilverbackError(error)) throw error;
        if (isRefusal(error, 404)) return 'gone';
        const isFinal = isRefusal(error, 401, 403) || error.code === 'KubernetesConfigInvalid';
        if (isFinal || clock.now() >= deadline) throw this.#unreadable(error.message, error);
        await sleep(clock, backoff.next());
      }
    }
  }

  #unreadable(reason: string, cause?: unknown): SilverbackError {
    return new SilverbackError('CredentialUnreadable', {
      message: `the Secret cannot be used: ${reason}`,
      where: this.description,
      ...(cause !== undefined && { cause }),
    });
  }
}

function dataOf(object: ApiObject): Data {
  return (object as { readonly data?: Data | null }).data ?? {};
}
