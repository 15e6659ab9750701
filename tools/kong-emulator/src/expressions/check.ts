import { type Expression, ExpressionError, type Operator, type Predicate, type ValueType } from './ast.ts';

/** The parts of a node: HTTP requests and stream connections have other fields. */
export type Subsystem = 'http' | 'stream';

const SHARED: Readonly<Record<string, ValueType>> = {
  'net.protocol': 'String',
  'tls.sni': 'String',
  'net.src.ip': 'IpAddr',
  'net.dst.ip': 'IpAddr',
  'net.src.port': 'Int',
  'net.dst.port': 'Int',
};
const HTTP: Readonly<Record<string, ValueType>> = {
  'http.method': 'String',
  'http.host': 'String',
  'http.path': 'String',
  'http.path.segments.len': 'Int',
};
const HTTP_PREFIXES = ['http.path.segments.', 'http.headers.', 'http.queries.'];

interface OperandLimit {
  readonly type: ValueType;
  readonly complaint: string;
}
const ENDS: OperandLimit = {
  type: 'String',
  complaint: 'Regex/Prefix/Postfix operators only supports string operands',
};
const ORDER: OperandLimit = {
  type: 'Int',
  complaint: 'Greater/GreaterOrEqual/Less/LessOrEqual operators only supports integer operands',
};
/** Operators that are for one type only. */
const OPERAND_TYPES: Partial<Readonly<Record<Operator, OperandLimit>>> = {
  '~': { type: 'String', complaint: 'Regex operators only supports string operands' },
  '^=': ENDS,
  '=^': ENDS,
  contains: { type: 'String', complaint: 'Contains operator only supports string operands' },
  '<': ORDER,
  '<=': ORDER,
  '>': ORDER,
  '>=': ORDER,
};

/**
 * Holds an expression against the fields of the subsystem and their types.
 * @throws ExpressionError in the words of Kong's router
 */
export function checkExpression(expression: Expression, subsystem: Subsystem): void {
  if (expression.kind === 'predicate') {
    checkPredicate(expression, subsystem);
  } else if (expression.kind === 'not') {
    checkExpression(expression.inner, subsystem);
  } else {
    checkExpression(expression.left, subsystem);
    checkExpression(expression.right, subsystem);
  }
}

function typeOf(field: string, subsystem: Subsystem): ValueType | undefined {
  if (Object.hasOwn(SHARED, field)) return SHARED[field];
  if (subsystem === 'stream') return undefined;
  if (Object.hasOwn(HTTP, field)) return HTTP[field];
  return HTTP_PREFIXES.some((prefix) => field.startsWith(prefix) && field.length > prefix.length)
    ? 'String'
    : undefined;
}

function checkPredicate({ field, lower, operator, literal }: Predicate, subsystem: Subsystem): void {
  const type = typeOf(field, subsystem);
  if (type === undefined) throw new ExpressionError('Unknown LHS field');
  const isMembership = operator === 'in' || operator === 'not in';
  if (operator !== '~' && !isMembership && type !== literal.type)
    throw new ExpressionError('Type mismatch between the LHS and RHS values of predicate');
  if (lower && type !== 'String')
    throw new ExpressionError('lower-case transformation function only supported with String type fields');
  if (isMembership && !(type === 'IpAddr' && literal.type === 'IpCidr'))
    throw new ExpressionError('In/NotIn operators only supports IP in CIDR');
  const limit = OPERAND_TYPES[operator];
  if (limit && limit.type !== type) throw new ExpressionError(limit.complaint);
  checkSegments(field);
}

/** `http.path.segments.N` and `http.path.segments.N_M` with N < M. */
function checkSegments(field: string): void {
  const suffix = /^http\.path\.segments\.(.*)$/.exec(field)?.[1];
  if (suffix === undefined || suffix === 'len') return;
  const [, first, last] = /^(0|[1-9]\d*)(?:_([1-9]\d*))?$/.exec(suffix) ?? [];
  if (first === undefined || (last !== undefined && Number(first) >= Number(last)))
    throw new ExpressionError('illformed http.path.segments.* field');
}
