import { randomInt } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet';

/** The types of records that discovery asks for. */
export type QuestionType = 'SRV' | 'A' | 'AAAA';

/** A question as it is sent. */
export interface DnsRequest {
  readonly id: number;
  /** Absolute, in lower case, without the final dot. */
  readonly name: string;
  readonly type: QuestionType;
  readonly bytes: Buffer;
}

/** The target of an SRV record; its priority and weight do not matter, because every target is a proxy. */
export interface SrvTarget {
  readonly target: string;
  readonly port: number;
}

/** A record that discovery uses; names are in lower case, without the final dot, and TTLs in seconds. */
export type DnsRecord = { readonly name: string; readonly ttl: number } & (
  | { readonly type: 'SRV'; readonly data: SrvTarget }
  | { readonly type: 'A' | 'AAAA' | 'CNAME'; readonly data: string }
);

/** An answer to a question that was asked. */
export interface DnsMessage {
  /** As in `NOERROR`. */
  readonly rcode: string;
  readonly truncated: boolean;
  readonly answers: readonly DnsRecord[];
  readonly additionals: readonly DnsRecord[];
  /** How long the absence of records may be believed, in seconds (RFC 2308). */
  readonly negativeTtl: number;
}

const HEADER = 12;
const IS_RESPONSE = 0x8000;
const IS_TRUNCATED = 0x0200;
/** RFC 2181, 8: a TTL with the highest bit set counts as 0. */
const LONGEST_TTL = 0x7fffffff;

/** Makes a question with an id that nobody can guess. */
export function makeRequest(name: string, type: QuestionType): DnsRequest {
  const id = randomInt(0x10000);
  const bytes = dnsPacket.encode({
    id,
    type: 'query',
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type }],
  });
  return { id, name: name.toLowerCase(), type, bytes };
}

/**
 * Reads bytes as the answer to a request.
 *
 * @returns undefined for what is none: another id, another question, or bytes that are no DNS message
 */
export function readAnswer(bytes: Buffer, request: DnsRequest): DnsMessage | undefined {
  if (bytes.length < HEADER || bytes.readUInt16BE(0) !== request.id) return undefined;
  const flags = bytes.readUInt16BE(2);
  if ((flags & IS_RESPONSE) === 0) return undefined;
  // A truncated message may end within a record, and nothing in it is used.
  if ((flags & IS_TRUNCATED) !== 0) {
    return { rcode: 'NOERROR', truncated: true, answers: [], additionals: [], negativeTtl: 0 };
  }
  const packet = decode(bytes);
  if (!packet || !repeats(packet, request)) return undefined;
  const { answers = [], additionals = [] } = packet;
  // An address record that is cut short decodes to something that would be dialled as a host name.
  if ([...answers, ...additionals].some(hasBrokenAddress)) return undefined;
  return {
    rcode: rcodeOf(packet),
    truncated: false,
    answers: answers.flatMap(recordOf),
    additionals: additionals.flatMap(recordOf),
    negativeTtl: negativeTtl(packet.authorities ?? []),
  };
}

function decode(bytes: Buffer): DecodedPacket | undefined {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    // The one thing that matters of the reason is that these bytes are no answer.
    return undefined;
  }
}

/** Whether a message repeats the question, and no other one. */
function repeats({ questions = [] }: DecodedPacket, { name, type }: DnsRequest): boolean {
  const [question, ...more] = questions;
  if (!question || more.length > 0) return false;
  return plain(question.name) === name && question.type === type;
}

function rcodeOf(packet: DecodedPacket): string {
  const { rcode } = packet as DecodedPacket & { readonly rcode?: unknown };
  return typeof rcode === 'string' ? rcode : 'unknown';
}

function hasBrokenAddress(answer: Answer): boolean {
  return (answer.type === 'A' && !isIPv4(answer.data)) || (answer.type === 'AAAA' && !isIPv6(answer.data));
}

function recordOf(answer: Answer): DnsRecord[] {
  if (answer.type === 'OPT' || ('class' in answer && answer.class !== 'IN')) return [];
  const name = plain(answer.name);
  const ttl = ttlOf('ttl' in answer ? answer.ttl : 0);
  switch (answer.type) {
    case 'A':
    case 'AAAA':
      return [{ name, ttl, type: answer.type, data: answer.data }];
    case 'CNAME':
      return [{ name, ttl, type: answer.type, data: plain(answer.data) }];
    case 'SRV':
      return [
        { name, ttl, type: answer.type, data: { target: plain(answer.data.target), port: answer.data.port } },
      ];
    default:
      return [];
  }
}

function negativeTtl(authorities: readonly Answer[]): number {
  const ttls = authorities.flatMap((answer) =>
    answer.type === 'SOA' ? [Math.min(ttlOf(answer.ttl), ttlOf(answer.data.minimum))] : [],
  );
  return ttls.length > 0 ? Math.min(...ttls) : 0;
}

function ttlOf(ttl: number | undefined): number {
  return ttl === undefined || ttl > LONGEST_TTL ? 0 : ttl;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
