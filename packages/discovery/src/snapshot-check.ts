import { isIP } from 'node:net';
import type { MembershipSnapshot, ProxyMember, SourceHealth } from './contract.ts';
import { serverNameMistake } from './server-name.ts';

export type CheckedSnapshot = { readonly snapshot: MembershipSnapshot } | { readonly mistake: string };

/** What a report is held against. */
export interface SnapshotContext {
  readonly origin: string;
  /** Whether http:// is allowed. */
  readonly insecure: boolean;
  /** Time of the clock, in ms. */
  readonly now: number;
}

const HOST = /^[a-z0-9_:.-]{1,253}$/i;

/**
 * Takes a report of a backend over if it keeps the contract. What the contract does not know is dropped; members are
 * sorted, and get the backend's name as their origin.
 *
 * @returns the report, or the first thing that is wrong with it
 */
export function checkSnapshot(value: unknown, { origin, insecure, now }: SnapshotContext): CheckedSnapshot {
  if (!isRecord(value) || !Array.isArray(value['members'])) return { mistake: 'no list of members' };
  const members: ProxyMember[] = [];
  for (const [index, member] of (value['members'] as unknown[]).entries()) {
    const checked = checkMember(member, origin, insecure);
    if (typeof checked === 'string') return { mistake: `members[${index}]: ${checked}` };
    members.push(checked);
  }
  members.sort((a, b) => (a.key < b.key ? -1 : 1));
  const twice = members.find(({ key }, index) => members[index + 1]?.key === key);
  if (twice) return { mistake: `the key ${twice.key} stands there twice` };
  const health = checkHealth(value['health']);
  if (!health) return { mistake: 'no health with a state (ok, stale, failing), a code and a message' };
  const { answeredAt } = value;
  if (answeredAt === undefined) return { snapshot: { origin, members, health } };
  // The clock's times are small: a time of day is far in its future.
  if (typeof answeredAt !== 'number' || !(answeredAt <= now)) {
    return { mistake: 'answeredAt must be a time of the clock that create is given, and not in the future' };
  }
  return { snapshot: { origin, members, health, answeredAt } };
}

function checkMember(value: unknown, origin: string, insecure: boolean): ProxyMember | string {
  if (!isRecord(value)) return 'is no object';
  const wrong = MEMBER_FIELDS.find(({ field, fits }) => !fits(value[field], insecure));
  if (wrong) return `${wrong.field} must be ${wrong.allowed}`;
  // Each field was checked above.
  const { key, name, protocol, host, port, serverName, leaving } = value as unknown as ProxyMember;
  return {
    key,
    name,
    protocol,
    host,
    port,
    origin,
    ...(serverName !== undefined && { serverName }),
    ...(leaving === true && { leaving }),
  };
}

interface FieldCheck {
  readonly field: keyof ProxyMember;
  readonly allowed: string;
  readonly fits: (value: unknown, insecure: boolean) => boolean;
}

const MEMBER_FIELDS: readonly FieldCheck[] = [
  { field: 'key', allowed: 'a text', fits: isText },
  { field: 'name', allowed: 'a text', fits: isText },
  {
    field: 'protocol',
    allowed: 'https, or http in an insecure fleet',
    fits: (value, insecure) => value === 'https' || (value === 'http' && insecure),
  },
  { field: 'host', allowed: 'a host name or an IP address (IPv6 without brackets)', fits: isHost },
  { field: 'port', allowed: 'a whole number from 1 to 65535', fits: isPort },
  {
    field: 'serverName',
    allowed: 'a DNS name or an IP address',
    fits: (value) => value === undefined || isServerName(value),
  },
];

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isHost(value: unknown): boolean {
  return typeof value === 'string' && HOST.test(value) && (!value.includes(':') || isIP(value) === 6);
}

function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isServerName(value: unknown): boolean {
  return typeof value === 'string' && serverNameMistake(value) === undefined;
}

function checkHealth(value: unknown): SourceHealth | undefined {
  if (!isRecord(value)) return undefined;
  const { state, code, message } = value;
  if (state === 'ok') return { state };
  if (state !== 'stale' && state !== 'failing') return undefined;
  if (typeof code !== 'string' || !/^[A-Za-z0-9]{1,64}$/.test(code) || typeof message !== 'string')
    return undefined;
  return { state, code, message };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
