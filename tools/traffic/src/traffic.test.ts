import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { casesOf, type ProxyWish } from './traffic-case.ts';
import { emulatedProxy, type Proxy, type ProxyUrls, realProxy } from './proxy.ts';
import { runCase } from './run-case.ts';
import { startScenery, type Scenery } from './scenery.ts';

const FOLDER = join(import.meta.dirname, 'cases');
const topics = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => [file, casesOf(readFileSync(join(FOLDER, file), 'utf8'))] as const);
const cases = topics.flatMap(([file, list]) => list.map((one) => [`${file}: ${one.name}`, one] as const));

/** A real Kong, if the environment names one. */
function urlsOfRealProxy(): ProxyUrls | undefined {
  const { KONG_ADMIN_URL: adminUrl, KONG_PROXY_URL: proxyUrl, KONG_PROXY_TLS_URL: proxyTlsUrl } = process.env;
  if (adminUrl === undefined || proxyUrl === undefined) return undefined;
  return { adminUrl, proxyUrl, ...(proxyTlsUrl !== undefined && { proxyTlsUrl }) };
}

type OpenProxy = (wish: ProxyWish) => Promise<Proxy>;

const real = urlsOfRealProxy();
const openers: readonly (readonly [string, OpenProxy])[] =
  real === undefined
    ? [
        ['traditional_compatible', (wish) => emulatedProxy('traditional_compatible', wish)],
        ['expressions', (wish) => emulatedProxy('expressions', wish)],
      ]
    : [[real.adminUrl, () => realProxy(real)]];

/** What asks for another kind of Kong, or for TLS, cannot be shown on every real one. */
const fitting =
  real === undefined
    ? cases
    : cases.filter(
        ([, { proxy, requests }]) =>
          Object.keys(proxy).length === 0 &&
          (real.proxyTlsUrl !== undefined || requests.every(({ url }) => url.startsWith('http:'))),
      );

let scenery: Scenery;

beforeAll(async () => {
  scenery = await startScenery(process.env['KONG_BACKEND_HOST'] ?? '127.0.0.1');
});

afterAll(() => scenery.close());

describe.each(openers)('%s', (_flavor, open) => {
  const proxies = new Map<string, Promise<Proxy>>();

  /** One proxy for all cases that wish for the same. */
  function proxyFor(wish: ProxyWish): Promise<Proxy> {
    const key = JSON.stringify(wish);
    const proxy = proxies.get(key) ?? open(wish);
    proxies.set(key, proxy);
    return proxy;
  }

  afterAll(async () => {
    await Promise.all([...proxies.values()].map(async (proxy) => (await proxy).close()));
  });

  test.each(fitting)('%s', async (_name, trafficCase) => {
    expect(await runCase(trafficCase, await proxyFor(trafficCase.proxy), scenery)).toEqual([]);
  });
});
