import { sleep, type Clock } from '@silverback/clock';
import { isSilverbackError, SilverbackError } from '@silverback/errors';
import type { LedgerEntry, LedgerStore } from '@silverback/fleet';
import { isRefusal } from '../access/api-error.ts';
import type { KubeHttp } from '../access/kube-http.ts';
import { hasReached, type ApiObject } from '../reflector/api-object.ts';
import { Backoff } from '../reflector/backoff.ts';
import { namedSecretReflector, secretsPath } from '../reflector/named-secret.ts';
import type { Reflector } from '../reflector/reflector.ts';
import type { WriteEvent } from '../write/write-queue.ts';
import { packLedger, unpackLedger } from './ledger-content.ts';

/** What a {@link SecretLedgerStore} needs. */
export interface SecretLedgerStoreOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
  /** The fence: false on a replica that must not write. */
  readonly mayWrite: () => boolean;
  /** Told what becomes of writes, for metrics and logs. */
  readonly onEvent: (event: WriteEvent) => void;
  readonly random?: () => number;
}

/** The key in the Secret's data. */
const DATA_KEY = 'ledger.json.gz';
/** How long one request may take, in ms. */
const REQUEST_MS = 5_000;
/** How long storing is tried before what was refused takes effect without being stored, in ms. */
const SAVE_MS = 30_000;

/** The Secret as it was seen. */
interface Seen {
  readonly version: string;
  readonly packed: string;
}

type Follower = (entries: readonly LedgerEntry[]) => void;

/**
 * The ledger of a fleet in a Secret of the cluster: the leader writes it, all replicas follow it. Who leads is not told
 * of what it has written itself.
 */
export class SecretLedgerStore implements LedgerStore {
  readonly #options: SecretLedgerStoreOptions;
  readonly #reflector: Reflector<Seen>;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  readonly #firstRead = Promise.withResolvers<undefined>();
  #follower: Follower | undefined;
  #onError: ((error: SilverbackError) => void) | undefined;
  /** Undefined while it was not read; without a version while it does not exist. */
  #seen: Partial<Seen> | undefined;
  #told: Promise<void> = Promise.resolve();
  /** The roots of which it was told that there is no room for their forms. */
  #formless = '';
  #saving: Promise<void> = Promise.resolve();

  constructor(options: SecretLedgerStoreOptions) {
    this.#options = options;
    const { http, clock, namespace, name, random } = options;
    this.#backoff = new Backoff(random ?? Math.random);
    this.#reflector = namedSecretReflector<Seen>({
      http,
      clock,
      namespace,
      name,
      ...(random && { random }),
      project: seenOf,
      onSeen: (secret) => {
        this.#see(secret ?? {});
      },
    });
  }

  /** The Secret, for people. */
  get description(): string {
    return `Secret ${this.#options.namespace}/${this.#options.name}`;
  }

  /** Resolves when the API server has answered, however long that takes. */
  async load(): Promise<readonly LedgerEntry[]> {
    this.#reflector.start();
    await this.#firstRead.promise;
    return await this.#unpack(this.#seen?.packed);
  }

  follow(onEntries: Follower, onError: (error: SilverbackError) => void): void {
    this.#follower = onEntries;
    this.#onError = onError;
  }

  /** Reads the Secret anew, until that works or `signal` is aborted: whoever leads next must know all of it. */
  async refresh(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#abort.signal]);
    while (!either.aborted) {
      try {
        this.#see((await this.#read(either)) ?? {}, true);
        await this.#told;
        return;
      } catch (error) {
        if (!isSilverbackError(error)) throw error;
        await sleep(this.#options.clock, this.#backoff.next(), either);
      }
    }
  }

  /** Only the leader writes; what others would write it writes too. */
  save(entries: readonly LedgerEntry[]): Promise<void> {
    const saved = this.#saving.then(() => this.#save(entries));
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#reflector.stop();
    await this.#saving;
  }

  /** @param isAsked - whether it counts also on a replica that may write */
  #see(seen: Partial<Seen>, isAsked = false): void {
    const before = this.#seen;
    if (before !== undefined && !isAsked && this.#options.mayWrite()) return;
    const { version } = before ?? {};
    if (version !== undefined && seen.version !== undefined && hasReached(version, seen.version)) return;
    this.#seen = seen;
    this.#firstRead.resolve(undefined);
    if (before === undefined || before.packed === seen.packed) return;
    this.#told = this.#told.then(() => this.#tell(seen.packed));
  }

  async #tell(packed: string | undefined): Promise<void> {
    if (this.#abort.signal.aborted) return;
    try {
      this.#follower?.(await this.#unpack(packed));
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      this.#onError?.(error);
      this.#follower?.([]);
    }
  }

  async #unpack(packed: string | undefined): Promise<readonly LedgerEntry[]> {
    if (packed === undefined) return [];
    try {
      return await unpackLedger(packed);
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new SilverbackError('StateUnreadable', {
        message: `the ledger cannot be used (${cause.message})`,
        where: this.description,
        cause,
      });
    }
  }

  async #save(entries: readonly LedgerEntry[]): Promise<void> {
    const { clock, mayWrite, onEvent } = this.#options;
    const { text: packed, formless } = await packLedger(entries);
    this.#tellFormless(formless);
    const deadline = clock.now() + SAVE_MS;
    while (mayWrite() && !this.#abort.signal.aborted) {
      if (packed === this.#seen?.packed || (entries.length === 0 && this.#seen?.version === undefined))
        return;
      try {
        this.#seen = await this.#write(packed);
        this.#backoff.reset();
        onEvent({ type: 'written', kind: 'Secret' });
        return;
      } catch (error) {
        if (!isSilverbackError(error)) throw error;
        if (isRefusal(error, 400, 403, 413, 422) || clock.now() >= deadline) {
          onEvent({
            type: isRefusal(error, 403) ? 'forbidden' : 'failed',
            kind: 'Secret',
            message: error.message,
          });
          throw this.#unwritable(error);
        }
        onEvent({ type: 'failed', kind: 'Secret', message: error.message });
        if (!isRefusal(error, 404, 409)) await sleep(clock, this.#backoff.next(), this.#abort.signal);
        await this.#lookAgain();
      }
    }
  }

  /** Tells once that there is no room for forms in which resources are held. */
  #tellFormless(roots: readonly string[]): void {
    const names = roots.join(', ');
    if (names !== '' && names !== this.#formless) {
      const message = `there is no room for the forms in which these are held, and a controller that starts anew leaves them out: ${names}`;
      this.#onError?.(new SilverbackError('StateUnwritable', { message, where: this.description }));
    }
    this.#formless = names;
  }

  /** Somebody else may have made, changed or deleted the Secret. */
  async #lookAgain(): Promise<void> {
    try {
      this.#seen = (await this.#read(this.#abort.signal)) ?? {};
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
    }
  }

  async #write(packed: string): Promise<Seen> {
    const { http, namespace, name } = this.#options;
    const version = this.#seen?.version;
    const body = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        labels: { 'app.kubernetes.io/managed-by': 'silverback' },
        ...(version !== undefined && { resourceVersion: version }),
      },
      type: 'silverback.dev/ledger',
      data: { [DATA_KEY]: packed },
    };
    const target =
      version === undefined
        ? ({ method: 'POST', path: secretsPath(namespace) } as const)
        : ({ method: 'PUT', path: `${secretsPath(namespace)}/${name}` } as const);
    const query = { fieldManager: 'silverback' };
    const signal = this.#abort.signal;
    return seenOf((await http.json({ ...target, query, body, timeoutMs: REQUEST_MS, signal })) as ApiObject);
  }

  async #read(signal: AbortSignal): Promise<Seen | undefined> {
    const { http, namespace, name } = this.#options;
    try {
      const path = `${secretsPath(namespace)}/${name}`;
      return seenOf((await http.json({ path, timeoutMs: REQUEST_MS, signal })) as ApiObject);
    } catch (error) {
      if (isRefusal(error, 404)) return undefined;
      throw error;
    }
  }

  #unwritable(cause: SilverbackError): SilverbackError {
    return new SilverbackError('StateUnwritable', {
      message: `the ledger cannot be stored (${cause.message})`,
      where: this.description,
      cause,
    });
  }
}

function seenOf(object: ApiObject): Seen {
  const { data } = object as { readonly data?: Readonly<Record<string, string>> | null };
  return { version: object.metadata?.resourceVersion ?? '', packed: data?.[DATA_KEY] ?? '' };
}
