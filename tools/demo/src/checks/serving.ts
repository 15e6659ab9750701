import type { Stage } from '../stage.ts';
import { Unmet } from '../until.ts';
import { awaitEverywhere, expectEverywhere, type Expectation } from './data-plane.ts';
import type { Check } from './runner.ts';

const SHOP = 'shop.example.com';
const API = 'api.example.com';
const NO_ROUTE = 'no Route matched';

const PREFIX_AND_EXACT: readonly Expectation[] = [
  { request: { host: SHOP, path: '/catalog' }, status: 200 },
  { request: { host: SHOP, path: '/catalog/shoes?size=42' }, status: 200 },
  { request: { host: SHOP, path: '/catalogue' }, status: 404, body: NO_ROUTE },
  { request: { host: SHOP, path: '/checkout' }, status: 200, body: 'backend-2' },
  { request: { host: SHOP, path: '/health' }, status: 200 },
  { request: { host: SHOP, path: '/health/' }, status: 404, body: NO_ROUTE },
];

const REGEX_AND_METHODS: readonly Expectation[] = [
  { request: { host: API, path: '/v1/products/42' }, status: 200 },
  { request: { host: API, path: '/v1/products/socks' }, status: 404, body: NO_ROUTE },
  { request: { host: API, path: '/v1/orders', method: 'POST' }, status: 200, body: 'backend-2' },
  { request: { host: API, path: '/v1/orders', method: 'DELETE' }, status: 404, body: NO_ROUTE },
];

const HOSTS: readonly Expectation[] = [
  { request: { host: API, path: '/catalog' }, status: 404, body: NO_ROUTE },
  { request: { host: 'other.example.com', path: '/catalog' }, status: 404, body: NO_ROUTE },
];

/** What clients of the shop see through every proxy. */
export function servingChecks(stage: Stage): Check[] {
  const ca = stage.shopCertificate;
  const overTls = { request: { host: SHOP, path: '/checkout', ca }, status: 200, body: 'backend-2' };
  const terminated = {
    request: { host: SHOP, path: '/returns/17' },
    status: 503,
    body: 'Returns are closed for maintenance',
  };
  return [
    requestCheck(stage, 'paths by prefix and exact paths are routed', PREFIX_AND_EXACT),
    requestCheck(stage, 'paths by regular expression and methods are routed', REGEX_AND_METHODS),
    requestCheck(stage, 'hosts are kept apart', HOSTS),
    requestCheck(stage, 'https presents the certificate of the Secret, chosen by SNI', [overTls]),
    requestCheck(stage, 'a plugin answers in place of the backend', [terminated]),
    { name: 'both endpoints of a Service get requests', run: () => bothEndpoints(stage) },
  ];
}

function requestCheck(stage: Stage, what: string, expectations: readonly Expectation[]): Check {
  return {
    name: `${what}, through every proxy`,
    run: async () => {
      // A configuration is accepted a moment before it is active: only the first request may have to wait.
      const [first, ...others] = expectations;
      if (first !== undefined) await awaitEverywhere(stage, first);
      for (const expectation of others) await expectEverywhere(stage, expectation);
      return `${expectations.length * stage.proxies.length} requests`;
    },
  };
}

async function bothEndpoints(stage: Stage): Promise<string> {
  for (const proxy of stage.proxies) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => proxy.request({ host: SHOP, path: '/catalog' })),
    );
    const seen = ['backend-1', 'backend-2'].filter((name) => answers.some(({ body }) => body.includes(name)));
    if (seen.length < 2)
      throw new Unmet('answers of backend-1 and backend-2', `${seen.join()} through ${proxy.name}`);
  }
  return '';
}
