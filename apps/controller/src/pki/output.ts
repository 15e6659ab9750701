import { dump } from 'js-yaml';
import type { FleetPki, KeyPair } from './certificates.ts';

/** What is written, and where proxies and the controller find it. */
export interface PkiOutput {
  /** Contents of files, by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly proxyPaths: CredentialPaths;
  readonly controllerPaths: CredentialPaths;
  /** Whether the proxies are in a cluster, where a Service leads to them. */
  readonly inCluster: boolean;
  /** What to do with the files, one sentence each. */
  readonly hints: readonly string[];
}

/** Where a side of the connection finds its credentials. */
export interface CredentialPaths {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const CA_HINT =
  'Keep ca.key away from the cluster: who has it can pass for any proxy or controller of the fleet.';

/**
 * Files as they are.
 *
 * @param directory - where they are written; the controller is expected to read them there
 */
export function asFiles({ ca, proxy, controller }: FleetPki, directory: string): PkiOutput {
  return {
    files: {
      'ca.crt': ca.certificate,
      'ca.key': ca.key,
      'proxy.crt': proxy.certificate,
      'proxy.key': proxy.key,
      'controller.crt': controller.certificate,
      'controller.key': controller.key,
    },
    proxyPaths: { ca: '/certs/ca.crt', certificate: '/certs/proxy.crt', key: '/certs/proxy.key' },
    controllerPaths: {
      ca: `${directory}/ca.crt`,
      certificate: `${directory}/controller.crt`,
      key: `${directory}/controller.key`,
    },
    inCluster: false,
    hints: [
      CA_HINT,
      'Put ca.crt, proxy.crt and proxy.key into /certs of each proxy, for the user that Kong runs as.',
    ],
  };
}

/**
 * Manifests of Secrets; the CA stays a pair of files.
 *
 * @param directory - where they are written
 */
export function asSecrets(fleet: string, { ca, proxy, controller }: FleetPki, directory: string): PkiOutput {
  const names = { proxy: `silverback-${fleet}-proxy`, controller: `silverback-${fleet}-controller` };
  const mounted = (folder: string): CredentialPaths => ({
    ca: `${folder}/ca.crt`,
    certificate: `${folder}/tls.crt`,
    key: `${folder}/tls.key`,
  });
  return {
    files: {
      'ca.crt': ca.certificate,
      'ca.key': ca.key,
      'proxy-secret.yaml': tlsSecret(names.proxy, proxy, ca.certificate),
      'controller-secret.yaml': tlsSecret(names.controller, controller, ca.certificate),
    },
    proxyPaths: mounted('/certs'),
    controllerPaths: mounted(`/etc/silverback/${fleet}`),
    inCluster: true,
    hints: [
      CA_HINT,
      `kubectl apply -n <namespace of the proxies> -f ${directory}/proxy-secret.yaml`,
      `kubectl apply -n <namespace of the controller> -f ${directory}/controller-secret.yaml`,
      `Mount the Secret ${names.proxy} at /certs of each proxy, and ${names.controller} at /etc/silverback/${fleet} of the controller.`,
      `Instead of mounting it, adminApi.secret: <namespace of the controller>/${names.controller} lets the controller read the Secret.`,
    ],
  };
}

function tlsSecret(name: string, { certificate, key }: KeyPair, ca: string): string {
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  return dump(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels: { 'app.kubernetes.io/part-of': 'silverback' } },
      type: 'kubernetes.io/tls',
      data: { 'ca.crt': encode(ca), 'tls.crt': encode(certificate), 'tls.key': encode(key) },
    },
    { lineWidth: -1 },
  );
}
