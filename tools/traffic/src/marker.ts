import type { Answer } from './send.ts';

const STATUS = 418;

/** 401 stands for a global plugin that asks for credentials: it is reached by requests with a route only. */
const SIGNS = [STATUS, 401];

/** A configuration by which it shows that a proxy follows it. */
export interface Marked {
  readonly marked: object;
  /** Whether this is the answer that a GET of `/` with the header `x-marker: <number>` gets under the configuration. */
  readonly isThere: (answer: Answer) => boolean;
}

/** Adds a route that no other one can go before. */
export function withMarker(
  configuration: Readonly<Record<string, unknown>>,
  routerFlavor: string,
  number: number,
): Marked {
  const match =
    routerFlavor === 'expressions'
      ? { expression: `(http.headers.x_marker == "${number}")`, priority: 2 ** 46 - 1 }
      : { methods: ['GET'], paths: ['/'], headers: { 'x-marker': [`${number}`] } };
  const route = {
    name: 'traffic.marker',
    ...match,
    plugins: [{ name: 'request-termination', config: { status_code: STATUS } }],
  };
  const routes = Array.isArray(configuration['routes']) ? (configuration['routes'] as unknown[]) : [];
  return {
    marked: { ...configuration, routes: [...routes, route] },
    isThere: ({ status }) => SIGNS.includes(status),
  };
}
