/** A regular expression that can't be compiled. */
export class PatternError extends Error {}

/**
 * Compiles the regular expression of a route's path (`~/...`), anchored at the start as Kong does.
 * JavaScript's syntax stands in for PCRE's, with the few differences translated that routes use.
 * @throws PatternError
 */
export function compileRouterRegex(path: string): RegExp {
  let pattern = path.slice(1);
  let flags = 'u';
  pattern = pattern.replace(/^\(\?i\)|^\/\(\?i\)/, (found) => {
    flags = 'iu';
    return found.startsWith('/') ? '/' : '';
  });
  pattern = pattern
    .replaceAll('(?P<', '(?<')
    .replaceAll('\\A', '^')
    .replaceAll(/\\[zZ]/g, '$');
  const compiled = compile(`^(?:${pattern})`, flags) ?? compile(`^(?:${pattern})`, flags.replace('u', ''));
  if (compiled !== undefined && compile(pattern, flags.replace('u', '')) !== undefined) return compiled;
  throw new PatternError(complaint(pattern));
}

function compile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function complaint(pattern: string): string {
  const bare = pattern.replaceAll(/\\./g, '').replaceAll(/\[\^?\]?[^\]]*\]/g, '');
  if (bare.includes('[')) return 'missing terminating ] for character class';
  const opened = bare.split('(').length;
  const closed = bare.split(')').length;
  if (opened > closed) return 'missing closing parenthesis';
  if (opened < closed) return 'unmatched closing parenthesis';
  return 'quantifier does not follow a repeatable item';
}
