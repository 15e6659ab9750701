import type { FanOutEvent } from '@silverback/fan-out';

/** A member of a fleet, in the words of package discovery. */
export type Member = FanOutEvent['proxy'];

/** The receiver behind a port, as a member of a fleet. */
export function memberAt(port: number): Member {
  const name = `127.0.0.1:${port}`;
  return { key: name, name, protocol: 'https', host: '127.0.0.1', port, origin: 'static' };
}
