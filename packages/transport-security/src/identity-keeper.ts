import { sleep, type Cancel, type Clock } from '@silverback/clock';
import { isSilverbackError, type SilverbackError } from '@silverback/errors';
import { createAccess } from './admin-access.ts';
import { certificatesOnlyIn } from './certificates.ts';
import type {
  AdminAccess,
  Credentials,
  CredentialSource,
  IdentityEvent,
  IdentityReport,
} from './contract.ts';
import { daysUntil, ExpiryWarnings } from './expiry.ts';

/** What an {@link IdentityKeeper} needs. */
export interface IdentityKeeperOptions {
  readonly source: CredentialSource;
  readonly clock: Clock;
  /** Where the credentials belong, for errors, as in `fleet edge`; the source's description follows it. */
  readonly where?: string;
  readonly serverName?: string;
  readonly serverPublicKeySha256?: readonly string[];
  /** How long CAs that are taken out of the bundle stay trusted, in ms; one hour unless given. 0 ends it at once. */
  readonly caOverlapMs?: number;
  /** How often the source is read although it reports nothing, in ms; 10 s unless given. */
  readonly pollMs?: number;
  readonly onEvent?: (event: IdentityEvent) => void;
}

/** What one reading gave, and a text by which two readings are compared. Never leaves this file: it holds secrets. */
interface Reading {
  readonly content: Credentials | SilverbackError;
  readonly text: string;
}

const hour = 3_600_000;
/** One change is often several within a few milliseconds. */
const burstMs = 20;
/** Two readings that are this far apart and equal are a whole change. */
const settleMs = 100;

/**
 * Keeps an identity up to date: follows its source, checks what is new, and hands out the current generation.
 *
 * A change counts when two readings in a row are equal, so that a certificate and its key that are replaced one after
 * the other are one change. What is unusable is refused with its reason, and the current generation stays. CAs that a
 * change takes out of the bundle stay trusted for a bounded time or until the next change of the bundle, because
 * proxies get their new certificates at other moments than the controller gets its new bundle.
 */
export class IdentityKeeper {
  readonly #options: IdentityKeeperOptions;
  readonly #warnings: ExpiryWarnings;
  readonly #ended = new AbortController();
  #access: AdminAccess | undefined;
  #accepted: Reading | undefined;
  /** Why there is no generation yet. */
  #unusable: SilverbackError | undefined;
  /** CAs that the bundle held before, and until when they count, in ms of the clock. */
  #previousCa: { readonly pem: string; readonly until: number } | undefined;
  #problem: SilverbackError | undefined;
  #refusedChanges = 0;
  #timer: { readonly dueAt: number; readonly cancel: Cancel } | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopWatch: () => void = () => undefined;

  constructor(options: IdentityKeeperOptions) {
    this.#options = options;
    this.#warnings = new ExpiryWarnings(options.clock);
  }

  /**
   * Reads the credentials for the first time, and follows them from then on.
   *
   * @throws SilverbackError if they cannot be used: there is nothing else to go on with
   */
  async start(): Promise<void> {
    const reading = await this.#read();
    if (isSilverbackError(reading.content)) throw reading.content;
    this.#access = this.#check(reading.content, 1);
    this.#accepted = reading;
    this.#warn();
    this.#follow();
  }

  /**
   * As {@link start}; but what cannot be used is followed too, until it can. Until then {@link current} throws why, and
   * the first further look tells of it.
   *
   * @returns why the credentials cannot be used; undefined if they can
   */
  async startEvenIfUnusable(): Promise<SilverbackError | undefined> {
    try {
      await this.start();
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      this.#unusable = error;
      this.#follow();
    }
    return this.#unusable;
  }

  #follow(): void {
    if (this.#ended.signal.aborted) return;
    this.#stopWatch =
      this.#options.source.watch?.(() => {
        this.#lookIn(burstMs);
      }) ?? this.#stopWatch;
    // What changed before the watch began is found now.
    this.#lookIn(burstMs);
  }

  /** Ends all timers and watches; no event comes after it resolves. */
  async stop(): Promise<void> {
    this.#ended.abort();
    this.#stopWatch();
    this.#timer?.cancel();
    await this.#looking;
  }

  /**
   * The current generation. Ask again for each request: another one may be current then.
   *
   * @throws SilverbackError why there is none, after {@link startEvenIfUnusable}
   */
  readonly current = (): AdminAccess => {
    if (this.#access !== undefined) return this.#access;
    throw this.#unusable ?? new Error('the identity keeper has not been started');
  };

  /** How the identity stands. */
  report(): IdentityReport {
    const { generation = 0, identity } = this.#access ?? {};
    const { clock } = this.#options;
    const problem = this.#problem ?? (this.#access ? undefined : this.#unusable);
    return {
      generation,
      refusedChanges: this.#refusedChanges,
      ...(identity?.notAfter && {
        expiresAt: identity.notAfter,
        expiresInDays: daysUntil(identity.notAfter, clock),
      }),
      ...(identity && {
        caExpiresAt: identity.caNotAfter,
        caExpiresInDays: daysUntil(identity.caNotAfter, clock),
      }),
      ...(this.#previousCa && {
        previousCaTrustedUntil: new Date(clock.date().getTime() + this.#previousCa.until - clock.now()),
      }),
      ...(problem && { problem: { code: problem.code, message: problem.message } }),
    };
  }

  #lookIn(delayMs: number): void {
    if (this.#ended.signal.aborted) return;
    const { clock } = this.#options;
    const dueAt = clock.now() + delayMs;
    if (this.#timer && this.#timer.dueAt <= dueAt) return;
    this.#timer?.cancel();
    const cancel = clock.schedule(delayMs, () => {
      this.#timer = undefined;
      this.#looking = this.#looking.then(() => this.#look());
    });
    this.#timer = { dueAt, cancel };
  }

  async #look(): Promise<void> {
    const reading = await this.#settledReading();
    if (this.#ended.signal.aborted) return;
    this.#judge(reading);
    this.#dropPreviousCa();
    this.#warn();
    const { clock, pollMs = 10_000 } = this.#options;
    this.#lookIn(Math.min(pollMs, (this.#previousCa?.until ?? Infinity) - clock.now()));
  }

  /** A reading that is known already, or the second of two that are equal. */
  async #settledReading(): Promise<Reading> {
    let reading = await this.#read();
    while (reading.text !== this.#accepted?.text && !this.#ended.signal.aborted) {
      await sleep(this.#options.clock, settleMs, this.#ended.signal);
      const next = await this.#read();
      if (next.text === reading.text) return next;
      reading = next;
    }
    return reading;
  }

  async #read(): Promise<Reading> {
    try {
      const content = await this.#options.source.read();
      return { content, text: JSON.stringify(content) };
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      return { content: error, text: error.describe() };
    }
  }

  #judge(reading: Reading): void {
    if (reading.text === this.#accepted?.text) {
      if (this.#problem === undefined) return;
      this.#problem = undefined;
      this.#emit({ type: 'identity-restored', report: this.report() });
      return;
    }
    if (isSilverbackError(reading.content)) {
      this.#refuse(reading.content);
      return;
    }
    try {
      this.#roll(reading, reading.content);
    } catch (error) {
      if (!isSilverbackError(error)) throw error;
      this.#refuse(error);
    }
  }

  #refuse(reason: SilverbackError): void {
    // The same mistake is found again with each reading.
    if (reason.describe() === this.#problem?.describe()) return;
    this.#problem = reason;
    this.#refusedChanges += 1;
    this.#emit({ type: 'identity-refused', reason, report: this.report() });
  }

  #roll(reading: Reading, credentials: Credentials): void {
    const { generation = 0, identity } = this.#access ?? {};
    // Checked by itself first: what was trusted before must not make up for a bad bundle.
    const checked = this.#check(credentials, generation + 1);
    const before = this.#acceptedCa();
    if (identity && credentials.ca !== undefined && before !== undefined && before !== credentials.ca) {
      const pem = certificatesOnlyIn(before, credentials.ca);
      const { clock, caOverlapMs = hour } = this.#options;
      this.#previousCa =
        pem === undefined || caOverlapMs === 0 ? undefined : { pem, until: clock.now() + caOverlapMs };
    }
    this.#access = this.#previousCa ? this.#check(credentials, generation + 1) : checked;
    this.#accepted = reading;
    this.#problem = undefined;
    this.#emit({ type: 'identity-rolled', because: 'credentials-changed', report: this.report() });
  }

  #dropPreviousCa(): void {
    const { clock } = this.#options;
    if (this.#previousCa === undefined || this.#previousCa.until > clock.now()) return;
    const { generation, identity, headers } = this.current();
    const ca = this.#acceptedCa();
    this.#previousCa = undefined;
    if (identity === undefined || ca === undefined) return;
    // Not checked again: an identity that has expired since stays the current one, as it would without an overlap.
    const next = generation + 1;
    this.#access = { generation: next, headers, identity: { ...identity, ca, generation: next } };
    this.#emit({ type: 'identity-rolled', because: 'previous-ca-dropped', report: this.report() });
  }

  /** The bundle of the current generation as the source gave it. */
  #acceptedCa(): string | undefined {
    const content = this.#accepted?.content;
    return content === undefined || isSilverbackError(content) ? undefined : content.ca;
  }

  #check(credentials: Credentials, generation: number): AdminAccess {
    const { source, clock, serverName, serverPublicKeySha256, where } = this.#options;
    return createAccess(credentials, {
      generation,
      now: clock.date(),
      where: where === undefined ? source.description : `${where}: ${source.description}`,
      ...(serverName !== undefined && { serverName }),
      ...(serverPublicKeySha256 !== undefined && { serverPublicKeySha256 }),
      ...(this.#previousCa && { previousCa: this.#previousCa.pem }),
    });
  }

  #warn(): void {
    const identity = this.#access?.identity;
    if (identity) for (const event of this.#warnings.due(identity)) this.#emit(event);
  }

  #emit(event: IdentityEvent): void {
    this.#options.onEvent?.(event);
  }
}
