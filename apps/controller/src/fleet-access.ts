import type { Clock } from '@silverback/clock';
import type { FleetSettings } from '@silverback/settings';
import {
  createAccess,
  type CredentialFiles,
  FileCredentialSource,
  type IdentityEvent,
  IdentityKeeper,
} from '@silverback/transport-security';

/**
 * Makes what keeps the credentials of a fleet up to date. Nothing is read before it is started.
 *
 * @param onEvent - told what happens to them
 */
export function identityKeeper(
  fleet: FleetSettings,
  clock: Clock,
  onEvent: (event: IdentityEvent) => void,
): IdentityKeeper {
  return new IdentityKeeper({
    source: new FileCredentialSource({ ...tlsFiles(fleet), ...headerFiles(fleet) }),
    clock,
    onEvent,
    ...identityOptions(fleet),
  });
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
