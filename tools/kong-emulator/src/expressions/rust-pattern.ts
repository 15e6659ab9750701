import { ExpressionError } from './ast.ts';

const LOOK_AROUND = 'look-around, including look-ahead and look-behind, is not supported';
const BACK_REFERENCE = 'backreferences are not supported';
/** What may follow a backslash in JavaScript's `u` mode though it is no letter or digit. */
const ESCAPABLE = new Set('^$\\.*+?()[]{}|/');

/**
 * Compiles a regular expression of Rust's `regex`, with which the router runs in the flavours `expressions` and
 * `traditional_compatible`: a search that isn't anchored, without look-around and back-references.
 * @throws ExpressionError worded similarly to Rust's
 */
export function compileRustPattern(pattern: string): RegExp {
  const { source, flags } = translate(pattern);
  try {
    return new RegExp(source, `u${flags}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refusal(pattern, error.message.replace(/^Invalid regular expression: .*: /s, '').toLowerCase());
  }
}

function refusal(pattern: string, reason: string): ExpressionError {
  return new ExpressionError(`regex parse error:\n    ${pattern}\n    ^\nerror: ${reason}`);
}

function translate(pattern: string): { readonly source: string; readonly flags: string } {
  const [opening = ''] = /^(?:\(\?[imsx]+\))*/.exec(pattern) ?? [];
  const body = pattern.slice(opening.length);
  let source = '';
  let inClass = false;
  for (let at = 0; at < body.length; at++) {
    const character = body.charAt(at);
    if (character === '\\') {
      source += escaped(pattern, body.charAt(++at), inClass);
    } else if (!inClass && character === '(' && body.startsWith('(?', at)) {
      if (/^\(\?<?[=!]/.test(body.slice(at, at + 4))) throw refusal(pattern, LOOK_AROUND);
      const isNamed = body.startsWith('(?P<', at);
      source += isNamed ? '(?' : '(';
      if (isNamed) at += 2;
    } else {
      if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      source += character;
    }
  }
  return { source, flags: [...new Set(opening.replace(/[^ims]/g, ''))].join('') };
}

function escaped(pattern: string, character: string, inClass: boolean): string {
  if (/[1-9]/.test(character)) throw refusal(pattern, BACK_REFERENCE);
  if (character === 'A') return '^';
  if (character === 'z') return '$';
  const isPunctuation = /[^\p{L}\p{N}]/u.test(character);
  if (!isPunctuation || ESCAPABLE.has(character) || (inClass && character === '-')) return `\\${character}`;
  return character;
}
