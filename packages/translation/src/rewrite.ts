/** A template of the plugin `request-transformer`, or what is wrong with the text. */
export type RewriteTemplate = { readonly uri: string } | { readonly fault: string };

/**
 * Reads the value of the annotation `konghq.com/rewrite`: `$1` stands for what the first group of the path's regular
 * expression matched, `\$` for a dollar sign. Nothing of the text can become code of the template.
 */
export function rewriteTemplate(text: string): RewriteTemplate {
  const pieces = text.match(/\\\$|\$\d+|[^\\$]+|[\\$]/g) ?? [];
  const odd = pieces.find((piece) => piece === '$' || piece === '\\');
  if (odd === '$') return { fault: 'holds a $ without a number behind it; a dollar sign is written \\$' };
  if (odd === '\\') return { fault: 'holds a \\ without a $ behind it' };
  const uri = pieces.map((piece) =>
    piece === '\\$' ? '$' : piece.replace(/^\$(\d+)$/, '$(uri_captures[$1])'),
  );
  return opensTemplate(uri)
    ? { fault: 'holds a dollar sign before a parenthesis, which is code to Kong' }
    : { uri: uri.join('') || '/' };
}

/** Whether a literal dollar sign stands before text that begins with a parenthesis. */
function opensTemplate(pieces: readonly string[]): boolean {
  return pieces.some((piece, index) => piece === '$' && (pieces[index + 1] ?? '').startsWith('('));
}
