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
  /** The kubeconfig of the emulated cluster, as it should be printed; undefined where the folder itself is the source. */
  readonly kubeconfig?: string;
}

/** What stands above the live table: what this is, and commands to copy into another terminal. */
export function instructions(surroundings: Surroundings): string[] {
  const { proxies, certificate, healthPort } = surroundings;
  const forEach = (what: string, command: (proxy: ProxyEndpoints) => string): string[] => [
    `  ${what}:`,
    ...proxies.map((proxy) => `    ${proxy.name}  ${command(proxy)}`),
  ];
  return [
    'Silverback demo: one controller, three Kong proxies. The proxies are EMULATED: no Kong runs here.',
    'They take configurations and serve simple requests as a DB-less Kong does, and are no gateway.',
    '',
    'Send requests, from another terminal:',
    ...forEach('a path by its prefix', (proxy) => httpCommand(proxy, 'shop.example.com', '/catalog')),
    ...forEach('another host, a path by a regular expression', (proxy) =>
      httpCommand(proxy, 'api.example.com', '/v1/products/42'),
    ),
    ...forEach("https, with the shop's certificate", (proxy) => httpsCommand(proxy, certificate)),
    ...forEach('a path that is closed for maintenance by a plugin', (proxy) =>
      httpCommand(proxy, 'shop.example.com', '/returns'),
    ),
    '',
    'Break a proxy and see it repaired:',
    ...forEach('it loses its configuration', (proxy) => controlCommand(proxy, '/empty')),
    ...forEach('it stops', (proxy) => controlCommand(proxy, '/stop')),
    ...forEach('it comes back, empty', (proxy) => controlCommand(proxy, '/restart?wipe=true')),
    '',
    ...editing(surroundings),
    '',
    `The controller's own report: curl http://127.0.0.1:${healthPort}/fleets`,
    'Ctrl-C ends everything.',
    '',
  ];
}

function editing({ manifests, kubeconfig }: Surroundings): string[] {
  if (kubeconfig === undefined)
    return [
      'Edit a manifest: a save reaches all proxies within a second. The folder is made anew at each start:',
      `  ${manifests}`,
    ];
  const kubectl = `kubectl --kubeconfig ${kubeconfig}`;
  return [
    'The API server is EMULATED too: it takes objects and tells of them, and no cluster is behind it.',
    'See what is in it:',
    `  ${kubectl} -n shop get ingresses,services,endpointslices,secrets,kongplugins`,
    `  ${kubectl} get leases`,
    'See what became of it (PROGRAMMED, ADDRESS), and why:',
    `  ${kubectl} -n shop get kongplugins,ingresses`,
    `  ${kubectl} -n shop describe kongplugin maintenance`,
    `  ${kubectl} -n shop get events`,
    'Edit a manifest and apply it: that reaches all proxies within a second. The folder is made anew at each start:',
    `  ${kubectl} apply --server-side -f ${manifests}/maintenance.yaml`,
    'Take something away, and bring it back:',
    `  ${kubectl} -n shop delete ingress returns`,
    `  ${kubectl} apply --server-side -f ${manifests}`,
  ];
}

function httpCommand(proxy: ProxyEndpoints, host: string, path: string): string {
  return `curl -i -H 'Host: ${host}' http://127.0.0.1:${proxy.http}${path}`;
}

function controlCommand(proxy: ProxyEndpoints, path: string): string {
  return `curl -X POST 'http://127.0.0.1:${proxy.control}${path}'`;
}

function httpsCommand(proxy: ProxyEndpoints, certificate: string): string {
  const host = `shop.example.com:${proxy.https}`;
  return `curl -i --cacert ${certificate} --resolve ${host}:127.0.0.1 https://${host}/checkout`;
}
