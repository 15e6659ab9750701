import type { RouterFlavor } from '../emulator.ts';
import { ExpressionError } from '../expressions/ast.ts';
import { checkExpression } from '../expressions/check.ts';
import { parseExpression } from '../expressions/parse.ts';
import { compileRustPattern } from '../expressions/rust-pattern.ts';
import { isRecord, type JsonRecord } from '../json.ts';
import { addEntityError, type ErrorTree } from './field.ts';
import { isSet } from './service-entity.ts';

const CLASSIC = ['snis', 'sources', 'destinations', 'methods', 'hosts', 'paths', 'headers'];
const CLASSIC_NAMES = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations'";
const STREAM = ['tcp', 'tls', 'udp', 'tls_passthrough'];

/**
 * What the expression-based routers refuse of a route: an expression that is wrong or stands beside classic fields,
 * and regular expressions that PCRE takes and the router's engine does not.
 */
export function checkByRouter(route: JsonRecord, errors: ErrorTree, flavor: RouterFlavor): void {
  if (CLASSIC.some((field) => errors[field] !== undefined) || errors['expression'] !== undefined) return;
  try {
    if (flavor === 'expressions') checkFields(route);
    if (typeof route['expression'] === 'string') checkText(route, route['expression']);
    else for (const pattern of patternsOf(route)) compileRustPattern(pattern);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    addEntityError(errors, `Router Expression failed validation: ${error.message}`);
  }
}

function checkFields(route: JsonRecord): void {
  const hasExpression = isSet(route['expression']);
  const hasClassic = CLASSIC.some((field) => isSet(route[field]));
  const isGiven = (field: string) => typeof route[field] === 'number' && route[field] !== 0;
  if (hasExpression && hasClassic)
    throw new ExpressionError(`cannot set 'expression' with ${CLASSIC_NAMES} simultaneously`);
  if (hasExpression && isGiven('regex_priority'))
    throw new ExpressionError("cannot set 'regex_priority' with 'expression' simultaneously");
  if (hasClassic && isGiven('priority'))
    throw new ExpressionError(`cannot set 'priority' with ${CLASSIC_NAMES} simultaneously`);
}

function checkText(route: JsonRecord, text: string): void {
  const protocols = Array.isArray(route['protocols']) ? route['protocols'] : [];
  const isStream = protocols.some((protocol) => typeof protocol === 'string' && STREAM.includes(protocol));
  checkExpression(parseExpression(text), isStream ? 'stream' : 'http');
}

function patternsOf(route: JsonRecord): string[] {
  const paths = textsOf(route['paths'])
    .filter((path) => path.startsWith('~'))
    .map((path) => `^${path.slice(1)}`);
  const headers = isRecord(route['headers']) ? Object.values(route['headers']).flatMap(textsOf) : [];
  const values = headers
    .filter((value) => value.startsWith('~*'))
    .map((value) => value.slice(2).toLowerCase());
  return [...paths, ...values];
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
