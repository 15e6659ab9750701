import { json, type RunningServer, startJsonServer } from './json-server.ts';

/** What the debug server shows. */
export interface DebugServerOptions {
  /** An IP address or a host name; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /**
   * Bodies by the last part of their path: `problems` is served at `/debug/problems`. The query of the request is given to
   * them. They must hold no secrets; undefined stands for something that is not there.
   */
  readonly views: Readonly<Record<string, (query: URLSearchParams) => unknown>>;
  /** Told of what goes wrong while a request is answered. */
  readonly onError: (error: unknown) => void;
}

/**
 * Serves `/debug/…` for people who look for the reason of something.
 *
 * @throws SilverbackError `DebugAddressUnavailable` when it cannot listen
 */
export function startDebugServer({ views, ...options }: DebugServerOptions): Promise<RunningServer> {
  const pages = Object.entries(views).map(
    ([name, view]) =>
      [
        `/debug/${name}`,
        (query: URLSearchParams) => {
          const body = view(query);
          return body === undefined ? json(404, { error: 'there is no such thing' }) : json(200, body);
        },
      ] as const,
  );
  return startJsonServer({
    ...options,
    unavailable: 'DebugAddressUnavailable',
    pages: Object.fromEntries(pages),
  });
}
