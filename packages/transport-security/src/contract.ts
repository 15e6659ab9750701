import type { SilverbackError } from '@silverback/errors';

/** What a source of credentials holds at one moment, unchecked. */
export interface Credentials {
  /** PEM bundle of the CAs that proxies' certificates must come from; absent only where a fleet uses no TLS. */
  readonly ca?: string;
  /** PEM chain of the client certificate, leaf first. */
  readonly certificate?: string;
  /** PEM of its private key. */
  readonly key?: string;
  /** Token for the header `Kong-Admin-Token`. */
  readonly token?: string;
  /** Values of further headers, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where credentials come from: files now, a Secret later. */
export interface CredentialSource {
  /** For error messages: names the place without its content. */
  readonly description: string;
  /** Reads everything anew. Throws `CredentialUnreadable` when something that is configured cannot be read. */
  read(): Promise<Credentials>;
  /**
   * Calls `onChange` whenever something may have changed; once too often does no harm, and a missed change is found by
   * reading from time to time.
   *
   * @returns a function that ends it
   */
  watch?(onChange: () => void): () => void;
}

/** A checked identity for the connections to a fleet's Admin APIs. Never log it: it holds a key. */
export interface TlsIdentity {
  /** Grows with each accepted change of the credentials. */
  readonly generation: number;
  /** PEM of all CAs that count: the bundle, and while CAs are being replaced what it held before. */
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
  /** The name that proxies' certificates must carry, where the settings name one for the whole fleet. */
  readonly serverName?: string;
  /** SHA-256 in base64 of the public keys (SPKI) that proxies may have; absent where every key will do. */
  readonly serverPublicKeySha256?: readonly string[];
  /** When the client certificate ends; absent without one. */
  readonly notAfter?: Date;
  /** When the first CA of the bundle ends. */
  readonly caNotAfter: Date;
}

/** With what a fleet's Admin APIs are reached: one generation of it. Never log it: it holds keys and tokens. */
export interface AdminAccess {
  /** Grows with each accepted change. Connections of another generation are not used for new requests. */
  readonly generation: number;
  /** Absent where there is no CA: then only http:// is possible. */
  readonly identity?: TlsIdentity;
  /** Headers of every request, by lower-case name: the token and what else the settings name. All are secret. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How an identity stands, without secrets. */
export interface IdentityReport {
  /** 0 while there have been no usable credentials. */
  readonly generation: number;
  /** When the client certificate ends; absent without one. */
  readonly expiresAt?: Date;
  /** Full days until then; negative afterwards. */
  readonly expiresInDays?: number;
  /** When the first CA of the bundle ends; absent without TLS. */
  readonly caExpiresAt?: Date;
  readonly caExpiresInDays?: number;
  /** Until when CAs that the bundle no longer holds are trusted beside it; absent when there are none. */
  readonly previousCaTrustedUntil?: Date;
  /** How many changes of the credentials were refused since the start. */
  readonly refusedChanges: number;
  /** Why the newest credentials are not used. */
  readonly problem?: { readonly code: string; readonly message: string };
}

/** What happens to an identity. */
export type IdentityEvent =
  /** New connections use another generation from now on. */
  | {
      readonly type: 'identity-rolled';
      readonly because: 'credentials-changed' | 'previous-ca-dropped';
      readonly report: IdentityReport;
    }
  /** The credentials have changed and are unusable: the current generation stays. */
  | { readonly type: 'identity-refused'; readonly reason: SilverbackError; readonly report: IdentityReport }
  /** The credentials are again those of the current generation. */
  | { readonly type: 'identity-restored'; readonly report: IdentityReport }
  /** Told at most once a day while fewer than 14 days are left. */
  | {
      readonly type: 'certificate-expiring';
      readonly kind: 'client' | 'ca';
      readonly expiresAt: Date;
      /** Full days; negative when it has expired. */
      readonly daysLeft: number;
    };
