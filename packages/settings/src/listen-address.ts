import { z } from 'zod';

/** Where a server listens. */
export interface ListenAddress {
  /** An IP address or a host name; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;

/** The parts of `host:port` or `[IPv6]:port`; undefined for any other text. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = ADDRESS.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

const RULE = 'must be host:port with a port from 0 to 65535, such as "127.0.0.1:8080" or "[::]:8080"';

/** A setting that says where a server listens. */
export const listenAddressSchema = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : RULE) })
  .meta({ format: 'host:port' })
  .transform((text, context) => {
    const address = parseListenAddress(text);
    if (address) return address;
    context.addIssue({ code: 'custom', message: RULE });
    return z.NEVER;
  });
