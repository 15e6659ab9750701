import { SilverbackError } from '@silverback/errors';
import type { AdminAccess, Credentials } from './contract.ts';
import { createIdentity, type IdentityOptions } from './identity.ts';

/**
 * Checks credentials and makes of them what connections need.
 *
 * @throws SilverbackError as {@link createIdentity} does, and `HeaderMalformed` for a value that no header can carry
 */
export function createAccess(credentials: Credentials, options: IdentityOptions): AdminAccess {
  const headers = Object.entries(credentials.headers ?? {}).map(([name, value]) => {
    checkHeaderValue(name, value, options.where);
    return [name.toLowerCase(), value] as const;
  });
  if (credentials.token !== undefined) headers.push(['kong-admin-token', credentials.token]);
  return {
    generation: options.generation,
    headers: Object.fromEntries(headers),
    ...(credentials.ca !== undefined && { identity: createIdentity(credentials, options) }),
  };
}

/** A line break in a value would be a header, or a request, of somebody else's. */
function checkHeaderValue(name: string, value: string, where: string | undefined): void {
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)) return;
  throw new SilverbackError('HeaderMalformed', {
    message:
      value === ''
        ? `the value of the header ${name} is empty`
        : `the value of the header ${name} holds line breaks, control or non-ASCII characters`,
    ...(where !== undefined && { where }),
  });
}
