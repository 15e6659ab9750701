import { readFile } from 'node:fs/promises';
import { SilverbackError } from '@silverback/errors';
import type { FleetSettings } from '@silverback/settings';
import {
  createIdentity,
  FileCredentialSource,
  parseToken,
  type TlsIdentity,
} from '@silverback/transport-security';

/** With what the Admin APIs of a fleet are reached. Never log it: it holds a key and a token. */
export interface FleetAccess {
  /** Absent where an insecure fleet names no CA: then only http:// is possible. */
  readonly identity?: TlsIdentity;
  readonly token?: string;
}

/**
 * Reads and checks the credentials of a fleet.
 *
 * @param now - wall-clock time at which certificates must be valid
 * @throws SilverbackError with a code of the area "transport security"
 */
export async function readFleetAccess(fleet: FleetSettings, now: Date): Promise<FleetAccess> {
  const identity = await readIdentity(fleet, now);
  const token = await readToken(fleet);
  return { ...(identity && { identity }), ...(token !== undefined && { token }) };
}

/** The identity of a fleet, or undefined where an insecure one names no CA. Throws as {@link readFleetAccess} does. */
export async function readIdentity(fleet: FleetSettings, now: Date): Promise<TlsIdentity | undefined> {
  const { caFile, certFile, keyFile, serverName } = fleet.adminApi.tls;
  if (caFile === undefined) return undefined;
  const source = new FileCredentialSource({
    caFile,
    ...(certFile !== undefined && { certFile }),
    ...(keyFile !== undefined && { keyFile }),
  });
  return createIdentity(await source.read(), {
    generation: 1,
    now,
    where: `fleet ${fleet.name}: ${source.description}`,
    ...(serverName !== undefined && { serverName }),
  });
}

/** The token of a fleet, or undefined where it has none. Throws as {@link readFleetAccess} does. */
export async function readToken(fleet: FleetSettings): Promise<string | undefined> {
  const { tokenFile } = fleet.adminApi;
  if (tokenFile === undefined) return undefined;
  return parseToken(await readCredential(tokenFile), `fleet ${fleet.name}: token ${tokenFile}`);
}

async function readCredential(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new SilverbackError('CredentialUnreadable', {
      message: `the file cannot be read (${reason})`,
      where: path,
      cause,
    });
  }
}
