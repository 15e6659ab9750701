import { isIPv4, isIPv6 } from 'node:net';

/** Where a proxy's Admin API is, as a URL in the settings says it. */
export interface ProxyAddress {
  readonly protocol: 'https' | 'http';
  /** IP address (IPv6 without brackets) or host name in lower case. */
  readonly host: string;
  readonly port: number;
}

export type ParsedProxyUrl =
  | { readonly ok: true; readonly address: ProxyAddress }
  | { readonly ok: false; readonly messages: readonly string[] };

/** Kong's own default ports of the Admin API. */
const defaultPorts = { https: 8444, http: 8001 } as const;

/** `scheme://[user@]host[:port][rest]`, where an IPv6 host stands in brackets. */
const form = /^(https?):\/\/(?:([^/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#[\]]*)(?::(\d*))?([/?#].*)?$/i;
const hostName =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/;

/** A URL in its parts, as it was written. */
interface Parts {
  readonly protocol: 'https' | 'http';
  readonly hasUser: boolean;
  readonly host: string;
  readonly bracketed: boolean;
  readonly port: number;
  readonly rest: string;
}

/**
 * Reads `https://host:port`, or `http://host:port` in an insecure fleet. It is stricter than the URL standard: that
 * would take `https://10.7` for 10.0.0.7, drop a port 443, and hide an empty host.
 *
 * @returns the address, or every mistake with what is allowed instead; a message never repeats user information
 */
export function parseProxyUrl(text: string, insecure: boolean): ParsedProxyUrl {
  const allowed = insecure ? 'https://host:port or http://host:port' : 'https://host:port';
  const parts = split(text);
  if (parts === undefined) return { ok: false, messages: [`must be a URL of the form ${allowed}`] };
  const { protocol, port } = parts;
  const host = parts.bracketed ? shortestIPv6(parts.host) : parts.host;
  const messages: string[] = [];
  if (protocol === 'http' && !insecure) {
    messages.push('http:// is allowed only in a fleet with insecure: true; use https://');
  }
  if (parts.hasUser) messages.push(`must not hold a user or password; allowed is ${allowed}`);
  if (!isHost(host, parts.bracketed)) {
    messages.push('the host must be a host name, an IPv4 address, or an IPv6 address in brackets');
  }
  if (port < 1 || port > 65_535) messages.push('the port must be between 1 and 65535');
  if (parts.rest !== '' && parts.rest !== '/') {
    messages.push(`must not hold a path, query or fragment; allowed is ${allowed}`);
  }
  return messages.length > 0 ? { ok: false, messages } : { ok: true, address: { protocol, host, port } };
}

function split(text: string): Parts | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', user, host = '', digits, rest = ''] = match;
  const protocol = scheme.toLowerCase() === 'http' ? 'http' : 'https';
  return {
    protocol,
    hasUser: user !== undefined,
    host: host.replace(/^\[|\]$/g, '').toLowerCase(),
    bracketed: host.startsWith('['),
    // A colon without digits behind it is the port 0, which nobody can mean.
    port: digits === undefined ? defaultPorts[protocol] : Number(digits),
    rest,
  };
}

/** The one usual way to write an IPv6 address, so that the same address is seen to be the same. */
export function shortestIPv6(address: string): string {
  const url = `http://[${address}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : address;
}

function isHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIPv6(host) && !host.includes('%');
  // What ends in a number is meant as an IPv4 address (WHATWG URL, 3.5) and must be one in its usual form.
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/.test(host)) return isIPv4(host);
  return hostName.test(host);
}

/** The address as people write it: IPv6 stands in brackets. */
export function addressOf({ host, port }: Pick<ProxyAddress, 'host' | 'port'>): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
