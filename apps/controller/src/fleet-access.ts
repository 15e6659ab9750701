import type { Clock } from '@silverback/clock';
import type { FleetSettings } from '@silverback/settings';
import {
  createAccess,
  type CredentialFiles,
  type CredentialSource,
  FileCredentialSource,
  type IdentityEvent,
  IdentityKeeper,
} from '@silverback/transport-security';

/** Makes a source of credentials from the Secret `namespace/name`. */
export type SecretSource = (secret: string, needsCa: boolean) => CredentialSource;

/**
 * Makes what keeps the credentials of a fleet up to date. Nothing is read before it is started.
 *
 * @param onEvent - told what happens to them
 */
export function identityKeeper(
  fleet: FleetSettings,
  clock: Clock,
  secretSource: SecretSource,
  onEvent: (event: IdentityEvent) => void,
): IdentityKeeper {
  const files = new FileCredentialSource({ ...tlsFiles(fleet), ...headerFiles(fleet) });
  const { secret } = fleet.adminApi;
  return new IdentityKeeper({
    source: secret === undefined ? files : bothOf(secretSource(secret, !fleet.insecure), files),
    clock,
    onEvent,
    ...identityOptions(fleet),
  });
}

/** What a Secret holds, with further headers from files. */
function bothOf(secret: CredentialSource, files: FileCredentialSource): CredentialSource {
  return {
    description: secret.description,
    read: async () => ({ ...(await files.read()), ...(await secret.read()) }),
    watch: (onChange) => {
      const ends = [secret.watch?.(onChange), files.watch(onChange)];
      return () => {
        for (const end of ends) end?.();
      };
    },
  };
}

/**
 * Checks the files of the CA, the client certificate and its key.
 *
 * @param now - wall-clock time at which certificates must be valid
 * @throws SilverbackError with a code of the area "transport security"
 */
export async function checkIdentity(fleet: FleetSettings, now: Date): Promise<void> {
  await check(fleet, tlsFiles(fleet), now);
}

/** Checks the files of the token and of further headers. Throws as {@link checkIdentity} does. */
export async function checkHeaders(fleet: FleetSettings, now: Date): Promise<void> {
  await check(fleet, headerFiles(fleet), now);
}

async function check(fleet: FleetSettings, files: CredentialFiles, now: Date): Promise<void> {
  const source = new FileCredentialSource(files);
  const { where } = identityOptions(fleet);
  createAccess(await source.read(), { generation: 1, now, where: `${where}: ${source.description}` });
}

function identityOptions(fleet: FleetSettings) {
  const { serverName, serverPublicKeySha256, caOverlap } = fleet.adminApi.tls;
  return {
    where: `fleet ${fleet.name}`,
    caOverlapMs: caOverlap,
    ...(serverName !== undefined && { serverName }),
    ...(serverPublicKeySha256 && { serverPublicKeySha256 }),
  };
}

/** Without a CA no TLS is possible, and a client certificate is of no use. */
function tlsFiles({ adminApi }: FleetSettings): CredentialFiles {
  const { caFile, certFile, keyFile } = adminApi.tls;
  if (caFile === undefined) return {};
  return { caFile, ...(certFile !== undefined && { certFile }), ...(keyFile !== undefined && { keyFile }) };
}

function headerFiles({ adminApi: { tokenFile, headers } }: FleetSettings): CredentialFiles {
  return {
    ...(tokenFile !== undefined && { tokenFile }),
    ...(headers && {
      headerFiles: Object.fromEntries(Object.entries(headers).map(([name, { file }]) => [name, file])),
    }),
  };
}
