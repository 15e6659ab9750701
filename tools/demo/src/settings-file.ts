import type { ResourceSource } from './arguments.ts';
import type { Layout } from './layout.ts';

/** What the controller has to be told. */
export interface ControllerSettings {
  readonly layout: Layout;
  /** Base URLs of the proxies' Admin APIs. */
  readonly adminUrls: readonly string[];
  /** PEM files of the controller's identity and of the CA that the proxies' certificates come from. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** The name in the proxies' certificates. */
  readonly serverName: string;
  readonly healthPort: number;
  readonly source: ResourceSource;
}

/** The controller's settings file, as a user would write it: YAML. */
export function settingsFile(settings: ControllerSettings): string {
  const { layout } = settings;
  return `# Written by the demo: the settings of the controller that it runs.
source:
${sourceLines(settings)}
${statusLines(settings)}stateDirectory: ${JSON.stringify(layout.state)}
fleets:
  - name: shop
    discovery:
      - static:
          proxies:
${settings.adminUrls.map((url) => `            - ${url}`).join('\n')}
    adminApi:
      tls:
        caFile: ${JSON.stringify(settings.caFile)}
        certFile: ${JSON.stringify(settings.certFile)}
        keyFile: ${JSON.stringify(settings.keyFile)}
        serverName: ${settings.serverName}
health:
  address: 127.0.0.1:${settings.healthPort}
`;
}

/** In a cluster Ingresses show an address; here it is the one under which the proxies listen. */
function statusLines({ source }: ControllerSettings): string {
  return source === 'cluster' ? 'status:\n  publishAddresses: [127.0.0.1]\n' : '';
}

function sourceLines({ source, layout }: ControllerSettings): string {
  return source === 'cluster'
    ? `  kubernetes:\n    kubeconfig: ${JSON.stringify(layout.kubeconfig)}`
    : `  directory:\n    path: ${JSON.stringify(layout.manifests)}`;
}
