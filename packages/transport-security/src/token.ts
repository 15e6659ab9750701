import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { SilverbackError } from '@silverback/errors';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * The token that a file's text holds: what is left without white space around it.
 *
 * @param where - names the file in the error
 * @throws SilverbackError `TokenMalformed` for an empty token and for one that is not visible ASCII on one line
 */
export function parseToken(text: string, where: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new SilverbackError('TokenMalformed', {
      message:
        token === '' ? 'the token is empty' : 'the token holds spaces, line breaks or non-ASCII characters',
      where,
    });
  }
  return token;
}

/**
 * Makes sure that a token never leaves the machine unencrypted.
 *
 * @param host - IP address (IPv6 without brackets) or host name to which it would be sent
 * @throws SilverbackError `TokenOverPlainHttp` for plain http to anything but a loopback address or `localhost`
 */
export function assertTokenAllowed(protocol: 'https' | 'http', host: string): void {
  if (protocol === 'https' || isLoopback(host)) return;
  throw new SilverbackError('TokenOverPlainHttp', {
    message: 'a token may go over plain http to a loopback address only',
    where: host,
  });
}

function isLoopback(host: string): boolean {
  if (isIPv4(host)) return loopback.check(host, 'ipv4');
  if (isIPv6(host)) return loopback.check(host, 'ipv6');
  return host.toLowerCase() === 'localhost';
}
