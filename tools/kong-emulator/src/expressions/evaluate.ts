import type { Expression, Predicate } from './ast.ts';

/** The values of a field in one request; nothing if it has none. */
export type Values = (field: string) => readonly (string | number)[] | undefined;

/** What matched, by field: what `strip_path` removes, and what templates may refer to. */
export class Matched {
  readonly values = new Map<string, string>();
  /** The groups of the last regular expression on the path, by number and name. */
  captures: Readonly<Record<string, string>> = {};
}

/** Whether a request fulfils an expression. A field without a value fulfils no predicate, `!=` included. */
export function evaluate(expression: Expression, values: Values, matched: Matched): boolean {
  switch (expression.kind) {
    case 'and':
      return evaluate(expression.left, values, matched) && evaluate(expression.right, values, matched);
    case 'or':
      return evaluate(expression.left, values, matched) || evaluate(expression.right, values, matched);
    case 'not':
      return !evaluate(expression.inner, values, matched);
    case 'predicate':
      return fulfils(expression, values(expression.field), matched);
  }
}

function fulfils(
  predicate: Predicate,
  values: readonly (string | number)[] | undefined,
  matched: Matched,
): boolean {
  if (values === undefined || values.length === 0) return false;
  const holds = (value: string | number) =>
    compare(predicate, predicate.lower && typeof value === 'string' ? value.toLowerCase() : value, matched);
  return predicate.any ? values.some(holds) : values.every(holds);
}

function compare(predicate: Predicate, value: string | number, matched: Matched): boolean {
  if (predicate.pattern) return search(predicate.field, predicate.pattern, value, matched);
  if (!holdsFor(predicate, value)) return false;
  if (predicate.literal.type === 'String') matched.values.set(predicate.field, predicate.literal.value);
  return true;
}

function search(field: string, pattern: RegExp, value: string | number, matched: Matched): boolean {
  const found = pattern.exec(String(value));
  if (found === null) return false;
  matched.values.set(field, found[0]);
  if (field === 'http.path') matched.captures = capturesOf(found);
  return true;
}

/** The groups of a match by number, from 1, and by name. */
export function capturesOf(found: RegExpExecArray): Readonly<Record<string, string>> {
  const captures: Record<string, string> = { ...found.groups };
  for (const [position, group] of found.entries())
    if (position > 0 && typeof group === 'string') captures[String(position)] = group;
  return captures;
}

function holdsFor({ operator, literal }: Predicate, value: string | number): boolean {
  switch (operator) {
    case '==':
      return value === literal.value;
    case '!=':
      return value !== literal.value;
    case '^=':
      return String(value).startsWith(String(literal.value));
    case '=^':
      return String(value).endsWith(String(literal.value));
    case 'contains':
      return String(value).includes(String(literal.value));
    case '>':
      return value > literal.value;
    case '>=':
      return value >= literal.value;
    case '<':
      return value < literal.value;
    case '<=':
      return value <= literal.value;
    case 'in':
      return literal.type === 'IpCidr' && literal.includes(String(value));
    case 'not in':
      return literal.type === 'IpCidr' && !literal.includes(String(value));
    case '~':
      return false;
  }
}
