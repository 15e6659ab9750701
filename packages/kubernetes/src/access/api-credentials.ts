import type { ConnectionOptions } from 'node:tls';

/** How a request reaches the API server now. Never log it: it holds tokens and keys. */
export interface ApiConnection {
  /** URL of the API server, as in `https://10.0.0.1:6443`. */
  readonly server: string;
  /** Headers that authenticate. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Pick<
    ConnectionOptions,
    'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'servername' | 'rejectUnauthorized'
  >;
}

/** Where the way to the API server and the credentials come from. */
export interface ApiCredentials {
  /**
   * What counts now; files and tokens that changed are read again.
   *
   * @param wasRefused - the API server did not take what counted last (401): nothing that was kept of it is used again
   * @throws SilverbackError `KubernetesConfigInvalid`
   */
  current(wasRefused?: boolean): Promise<ApiConnection>;
}
