/** Types of the language of the expressions router. */
export type ValueType = 'String' | 'Int' | 'IpAddr' | 'IpCidr';

/** A literal. Addresses and ranges are kept in their normal form. */
export type Literal =
  | { readonly type: 'String'; readonly value: string }
  | { readonly type: 'Int'; readonly value: number }
  | { readonly type: 'IpAddr'; readonly value: string }
  | { readonly type: 'IpCidr'; readonly value: string; readonly includes: (address: string) => boolean };

/** The operators between a field and a literal. */
export const OPERATORS = [
  '==',
  '!=',
  '^=',
  '=^',
  '>=',
  '<=',
  '~',
  '>',
  '<',
  'not in',
  'in',
  'contains',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** `field operator literal`, with the transformations of the field. */
export interface Predicate {
  readonly kind: 'predicate';
  readonly field: string;
  readonly lower: boolean;
  /** Whether one of several values is enough; else all have to match. */
  readonly any: boolean;
  readonly operator: Operator;
  readonly literal: Literal;
  /** Of the operator `~`. */
  readonly pattern?: RegExp;
}

export type Expression =
  | Predicate
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly inner: Expression };

/** An expression that can't be used. The message is worded as Kong does. */
export class ExpressionError extends Error {}

/** All fields that an expression names. */
export function fieldsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'predicate':
      return [expression.field];
    case 'not':
      return fieldsOf(expression.inner);
    default:
      return [...fieldsOf(expression.left), ...fieldsOf(expression.right)];
  }
}
