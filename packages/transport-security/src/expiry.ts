import type { Clock } from '@silverback/clock';
import type { IdentityEvent, TlsIdentity } from './contract.ts';

type ExpiryWarning = Extract<IdentityEvent, { readonly type: 'certificate-expiring' }>;

const day = 86_400_000;
const warnBelowDays = 14;

/** Full days until a certificate ends; negative afterwards. */
export function daysUntil(end: Date, clock: Clock): number {
  return Math.floor((end.getTime() - clock.date().getTime()) / day);
}

/** Says which certificates end soon, each at most once a day. */
export class ExpiryWarnings {
  readonly #clock: Clock;
  readonly #warnedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The warnings that are due now; they count as given. */
  due({ notAfter, caNotAfter }: TlsIdentity): ExpiryWarning[] {
    return [...(notAfter ? this.#dueFor('client', notAfter) : []), ...this.#dueFor('ca', caNotAfter)];
  }

  #dueFor(kind: ExpiryWarning['kind'], expiresAt: Date): ExpiryWarning[] {
    const daysLeft = daysUntil(expiresAt, this.#clock);
    if (daysLeft >= warnBelowDays) return [];
    const certificate = `${kind} ${expiresAt.getTime()}`;
    const warnedAt = this.#warnedAt.get(certificate);
    if (warnedAt !== undefined && this.#clock.now() - warnedAt < day) return [];
    for (const other of this.#warnedAt.keys()) if (other.startsWith(kind)) this.#warnedAt.delete(other);
    this.#warnedAt.set(certificate, this.#clock.now());
    return [{ type: 'certificate-expiring', kind, expiresAt, daysLeft }];
  }
}
