/** What the printed commands need to know of one proxy. */
export interface ProxyEndpoints {
  readonly name: string;
  readonly http: number;
  readonly https: number;
  readonly control: number;
}

/** What the printed commands need to know of the demo. */
export interface Surroundings {
  readonly proxies: readonly ProxyEndpoints[];
  /** The folder with the manifests to edit, as it should be printed. */
  readonly manifests: string;
  /** PEM file with the shop's certificate, as it should be printed. */
  readonly certificate: string;
  readonly healthPort: number;
}

/** What stands above the live table: what this is, and commands to copy into another terminal. */
export function instructions(surroundings: Surroundings): string[] {
  const { proxies, manifests, healthPort } = surroundings;
  return [
    'Silverback demo: one controller, three Kong proxies. The proxies are EMULATED: no Kong runs here.',
    'They take configurations and serve simple requests as a DB-less Kong does, and are no gateway.',
    '',
    'Requests, from another terminal:',
    ...eachProxy(proxies, (proxy) => `curl -i -H 'Host: shop.example.com' ${httpUrl(proxy, '/catalog')}`),
    ...eachProxy(
      proxies,
      (proxy) => `curl -i -H 'Host: api.example.com' ${httpUrl(proxy, '/v1/products/42')}`,
    ),
    ...eachProxy(proxies, (proxy) => httpsCommand(proxy, surroundings.certificate)),
    ...eachProxy(proxies, (proxy) => `curl -i -H 'Host: shop.example.com' ${httpUrl(proxy, '/returns')}`),
    '  (the last ones are answered by a plugin: closed for maintenance)',
    '',
    `Edit: any file in ${manifests}`,
    '  A save reaches all proxies within a second. The folder is made anew at each start.',
    '',
    'Break and mend a proxy:',
    ...eachProxy(
      proxies,
      (proxy) => `curl -X POST ${controlUrl(proxy, '/empty')}    # loses its configuration`,
    ),
    ...eachProxy(proxies, (proxy) => `curl -X POST ${controlUrl(proxy, '/stop')}     # goes down`),
    ...eachProxy(
      proxies,
      (proxy) => `curl -X POST '${controlUrl(proxy, '/restart?wipe=true')}'    # comes back empty`,
    ),
    '',
    `The controller's own report: curl http://127.0.0.1:${healthPort}/fleets`,
    'Ctrl-C ends everything.',
    '',
  ];
}

function eachProxy(proxies: readonly ProxyEndpoints[], command: (proxy: ProxyEndpoints) => string): string[] {
  return proxies.map((proxy) => `  ${proxy.name}  ${command(proxy)}`);
}

function httpUrl(proxy: ProxyEndpoints, path: string): string {
  return `http://127.0.0.1:${proxy.http}${path}`;
}

function controlUrl(proxy: ProxyEndpoints, path: string): string {
  return `http://127.0.0.1:${proxy.control}${path}`;
}

function httpsCommand(proxy: ProxyEndpoints, certificate: string): string {
  const host = `shop.example.com:${proxy.https}`;
  return `curl -i --cacert ${certificate} --resolve ${host}:127.0.0.1 https://${host}/checkout`;
}
