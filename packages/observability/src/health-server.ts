import { type Answer, json, type RunningServer, startJsonServer } from './json-server.ts';

/** What the health server shows. */
export interface HealthServerOptions {
  /** An IP address or a host name; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What is missing before the controller is ready, in words; empty when it is. */
  readonly missing: () => readonly string[];
  /** More that `/readyz` shows, such as who leads. No secrets. */
  readonly details?: () => Readonly<Record<string, unknown>>;
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
  /** The body of `/fleets`: must hold no secrets, because whoever reaches the port can read it. */
  readonly fleets: () => unknown;
  /** The body of `/events`: what happened after the event with this id, for each fleet. No secrets either. */
  readonly events: (after: number) => unknown;
  /** Told of what goes wrong while a request is answered. */
  readonly onError: (error: unknown) => void;
}

/** A running health server. */
export type HealthServer = RunningServer;

/**
 * Serves `/healthz`, `/readyz`, `/metrics`, `/fleets` and `/events?after=ID`.
 *
 * @throws SilverbackError `HealthAddressUnavailable` when it cannot listen
 */
export function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host, port, onError, metrics } = options;
  return startJsonServer({
    host,
    port,
    onError,
    unavailable: 'HealthAddressUnavailable',
    pages: {
      '/healthz': () => json(200, { status: 'ok' }),
      '/readyz': () => readiness(options),
      '/metrics': async () => ({
        status: 200,
        contentType: metrics.contentType,
        body: await metrics.render(),
      }),
      '/fleets': () => json(200, options.fleets()),
      '/events': (query) => {
        const after = query.get('after') ?? '0';
        if (!/^\d{1,15}$/.test(after))
          return json(400, { error: 'after must be the id of an event: a whole number' });
        return json(200, options.events(Number(after)));
      },
    },
  });
}

function readiness({ missing: whatIsMissing, details }: HealthServerOptions): Answer {
  const missing = whatIsMissing();
  return json(missing.length === 0 ? 200 : 503, { ready: missing.length === 0, missing, ...details?.() });
}
