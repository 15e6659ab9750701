/** What a source of credentials holds at one moment, unchecked. */
export interface Credentials {
  /** PEM bundle of the CAs that proxies' certificates must come from. */
  readonly ca: string;
  /** PEM chain of the client certificate, leaf first. */
  readonly certificate?: string;
  /** PEM of its private key. */
  readonly key?: string;
  /** Token for the header `Kong-Admin-Token`. */
  readonly token?: string;
}

/** Where credentials come from: files now, a Secret later. */
export interface CredentialSource {
  /** For error messages: names the place without its content. */
  readonly description: string;
  /** Reads everything anew. Throws `CredentialUnreadable` when something that is configured cannot be read. */
  read(): Promise<Credentials>;
}

/** A checked identity for the connections to a fleet's Admin APIs. Never log it: it holds a key. */
export interface TlsIdentity {
  /** Grows with each accepted change of the credentials. */
  readonly generation: number;
  readonly ca: string;
  readonly certificate?: string;
  readonly key?: string;
  /** The name that proxies' certificates must carry, where the settings name one for the whole fleet. */
  readonly serverName?: string;
  /** When the client certificate ends; absent without one. */
  readonly notAfter?: Date;
  /** When the first CA of the bundle ends. */
  readonly caNotAfter: Date;
}
