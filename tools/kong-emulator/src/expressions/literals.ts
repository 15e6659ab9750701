import { BlockList, isIP, SocketAddress } from 'node:net';
import type { Literal } from './ast.ts';

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' };

/** A literal and where the text after it begins; or where it can't be read, and what was expected there. */
export type ReadLiteral =
  | { readonly literal: Literal; readonly end: number }
  | { readonly wrongAt: number; readonly expected: string };

/** Reads the literal at a place: text, raw text, address, range of addresses or whole number. */
export function readLiteral(text: string, start: number): ReadLiteral {
  if (text.startsWith('r#"', start)) return readRaw(text, start);
  if (text.startsWith('"', start)) return readText(text, start);
  return readAddress(text, start) ?? readInteger(text, start) ?? { wrongAt: start, expected: 'rhs' };
}

function readRaw(text: string, start: number): ReadLiteral {
  const close = text.indexOf('"#', start + 3);
  return close < 0
    ? { wrongAt: text.length, expected: 'rawstr_char' }
    : { literal: { type: 'String', value: text.slice(start + 3, close) }, end: close + 2 };
}

function readText(text: string, start: number): ReadLiteral {
  let value = '';
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') return { literal: { type: 'String', value }, end: at + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    const meant = ESCAPES[text.charAt(at + 1)];
    if (meant === undefined) return { wrongAt: at, expected: 'str_esc or str_char' };
    value += meant;
    at++;
  }
  return { wrongAt: text.length, expected: 'str_esc or str_char' };
}

function readAddress(text: string, start: number): ReadLiteral | undefined {
  const [found = ''] = /^[0-9A-Fa-f.:]+/.exec(text.slice(start)) ?? [];
  const version = isIP(found);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const value = normalAddress(found);
  const end = start + found.length;
  const [slash, digits] = /^\/(\d{1,3})/.exec(text.slice(end)) ?? [];
  if (slash === undefined) return { literal: { type: 'IpAddr', value }, end };
  const prefix = Number(digits);
  if (prefix > (version === 4 ? 32 : 128)) return { wrongAt: end, expected: 'IP in CIDR' };
  const range = new BlockList();
  range.addSubnet(found, prefix, family);
  const includes = (address: string) => range.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return {
    literal: { type: 'IpCidr', value: `${value}${slash}`, includes },
    end: end + slash.length,
  };
}

/** An address in the form in which two of them can be compared. */
export function normalAddress(address: string): string {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return new SocketAddress({ address, family }).address;
}

function readInteger(text: string, start: number): ReadLiteral | undefined {
  const [found, sign, digits = ''] = /^([+-]?)(0x[0-9A-Fa-f]+|\d+)/.exec(text.slice(start)) ?? [];
  if (found === undefined) return undefined;
  const isOctal = /^0[0-7]+$/.test(digits);
  const value = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  return {
    literal: { type: 'Int', value: sign === '-' ? -value : value },
    end: start + found.length,
  };
}
