import { isIPv6 } from 'node:net';
import { dump } from 'js-yaml';
import type { CredentialPaths, PkiOutput } from './output.ts';

/** Kong's settings for an Admin API that only the controller reaches, and for large configurations. */
function kongSettings({ ca, certificate, key }: CredentialPaths): string {
  return [
    'KONG_DATABASE=off',
    'KONG_ADMIN_LISTEN="0.0.0.0:8444 ssl"',
    `KONG_ADMIN_SSL_CERT=${certificate}`,
    `KONG_ADMIN_SSL_CERT_KEY=${key}`,
    'KONG_NGINX_ADMIN_SSL_VERIFY_CLIENT=on',
    `KONG_NGINX_ADMIN_SSL_CLIENT_CERTIFICATE=${ca}`,
    'KONG_NGINX_ADMIN_CLIENT_MAX_BODY_SIZE=64m',
    'KONG_NGINX_ADMIN_CLIENT_BODY_BUFFER_SIZE=64m',
    'KONG_LMDB_MAP_SIZE=2048m',
  ].join('\n');
}

function fleetSettings(
  fleet: string,
  serverName: string,
  { inCluster, controllerPaths: { ca, certificate, key } }: PkiOutput,
): string {
  const settings = {
    fleets: [
      {
        name: fleet,
        discovery: [(inCluster ? endpointsOf(serverName) : undefined) ?? addressOf(serverName)],
        adminApi: { tls: { caFile: ca, certFile: certificate, keyFile: key, serverName } },
      },
    ],
  };
  return dump(settings, { lineWidth: -1 }).trimEnd();
}

/** The Service that a name such as `kong-admin.kong.svc` stands for: behind its own address are many proxies. */
function endpointsOf(serverName: string): object | undefined {
  const [name, namespace, svc] = serverName.split('.');
  return svc === 'svc' ? { endpoints: { service: `${namespace ?? ''}/${name ?? ''}` } } : undefined;
}

function addressOf(serverName: string): object {
  const host = isIPv6(serverName) ? `[${serverName}]` : serverName;
  return { static: { proxies: [`https://${host}:8444`] } };
}

/** What to do with what was written: a text that is a shell script and a YAML document between comments. */
export function instructions(
  fleet: string,
  serverName: string,
  output: PkiOutput,
  written: readonly string[],
): string {
  return `# Written, readable by you only:
${written.map((path) => `#   ${path}`).join('\n')}
${output.hints.map((hint) => `# ${hint}`).join('\n')}

# --- Environment of each proxy ---
${kongSettings(output.proxyPaths)}

# --- Settings of the controller; put in where the proxies are ---
${fleetSettings(fleet, serverName, output)}
`;
}
