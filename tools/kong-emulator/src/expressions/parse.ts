import {
  type Expression,
  ExpressionError,
  type Literal,
  type Operator,
  OPERATORS,
  type Predicate,
} from './ast.ts';
import { readLiteral } from './literals.ts';
import { compileRustPattern } from './rust-pattern.ts';

/** Names that Kong replaces before the router sees them. */
const ALIASES: Readonly<Record<string, string>> = { 'net.port': 'net.dst.port' };

/**
 * Parses an expression of the router. `||` binds tighter than `&&`, as in the router's own grammar.
 * @throws ExpressionError with line, column and what was expected, as Kong shows them
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).whole();
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Expression {
    const expression = this.#conjunction();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('EOI, and_op, or or_op');
    return expression;
  }

  #conjunction(): Expression {
    let left = this.#disjunction();
    while (this.#takes('&&')) left = { kind: 'and', left, right: this.#disjunction() };
    return left;
  }

  #disjunction(): Expression {
    let left = this.#term();
    while (this.#takes('||')) left = { kind: 'or', left, right: this.#term() };
    return left;
  }

  #term(): Expression {
    const start = this.#at;
    const isNegated = this.#takes('!');
    if (this.#takes('(')) {
      const inner = this.#conjunction();
      if (!this.#takes(')')) this.#fail('and_op or or_op');
      return isNegated ? { kind: 'not', inner } : inner;
    }
    if (isNegated) {
      this.#at = start;
      this.#fail('term');
    }
    return this.#predicate();
  }

  #predicate(): Predicate {
    const { field, lower, any } = this.#field();
    const operator = this.#operator();
    this.#space();
    const read = readLiteral(this.#text, this.#at);
    if (!('literal' in read)) {
      this.#at = read.wrongAt;
      this.#fail(read.expected);
    }
    this.#at = read.end;
    const { literal } = read;
    return { kind: 'predicate', field, lower, any, operator, literal, ...patternOf(operator, literal) };
  }

  #field(): { readonly field: string; readonly lower: boolean; readonly any: boolean } {
    const name = this.#identifier('term');
    if (!this.#takes('(')) return { field: ALIASES[name] ?? name, lower: false, any: false };
    if (name !== 'lower' && name !== 'any') throw new ExpressionError(`Unknown function: ${name}`);
    const inner = this.#field();
    if (!this.#takes(')')) this.#fail('")"');
    return { field: inner.field, lower: inner.lower || name === 'lower', any: inner.any || name === 'any' };
  }

  #identifier(expected: string): string {
    this.#space();
    const [found] = /^[A-Za-z][A-Za-z0-9_.]*/.exec(this.#text.slice(this.#at)) ?? [];
    if (found === undefined) this.#fail(expected);
    this.#at += found.length;
    return found;
  }

  #operator(): Operator {
    this.#space();
    const rest = this.#text.slice(this.#at);
    const [negated] = /^not\s+in\b/.exec(rest) ?? [];
    if (negated !== undefined) {
      this.#at += negated.length;
      return 'not in';
    }
    const operator = OPERATORS.find((one) => rest.startsWith(one));
    if (operator === undefined) this.#fail('binary_operator');
    this.#at += operator.length;
    return operator;
  }

  #takes(token: string): boolean {
    this.#space();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #space(): void {
    const [found = ''] = /^[ \t\r\n]*/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += found.length;
  }

  #fail(expected: string): never {
    const before = this.#text.slice(0, this.#at).split('\n');
    const row = before.length;
    const column = (before.at(-1) ?? '').length + 1;
    const line = this.#text.split('\n')[row - 1] ?? '';
    const gutter = ' '.repeat(String(row).length);
    const pointer = `${' '.repeat(column - 1)}^---`;
    throw new ExpressionError(
      `${gutter}--> ${row}:${column}\n${gutter} |\n${row} | ${line}\n${gutter} | ${pointer}\n${gutter} |\n${gutter} = expected ${expected}\n`,
    );
  }
}

function patternOf(operator: Operator, literal: Literal): { readonly pattern?: RegExp } {
  if (operator !== '~') return {};
  if (literal.type !== 'String')
    throw new ExpressionError('regex operator can only be used with String operand');
  return { pattern: compileRustPattern(literal.value) };
}
