import { dump } from 'js-yaml';
import type { KeyPair } from '@silverback/test-certificates';

/** What a kubeconfig tells. */
export interface KubeconfigParts {
  readonly server: string;
  /** PEM; left out where the server speaks plain HTTP. */
  readonly ca?: string | undefined;
  readonly user: string;
  readonly token?: string | undefined;
  readonly identity?: KeyPair | undefined;
}

/** The text of a kubeconfig with one context, `emulator`. */
export function kubeconfig({ server, ca, user, token, identity }: KubeconfigParts): string {
  const credentials = identity
    ? { 'client-certificate-data': base64(identity.certificate), 'client-key-data': base64(identity.key) }
    : { token };
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'emulator',
        cluster: { server, ...(ca !== undefined && { 'certificate-authority-data': base64(ca) }) },
      },
    ],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: 'emulator', context: { cluster: 'emulator', user, namespace: 'default' } }],
    'current-context': 'emulator',
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
