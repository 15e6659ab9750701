/**
 * Joins texts into one that is kept for long. A template would keep its pieces in memory beside the text.
 */
export function inOnePiece(...texts: readonly string[]): string {
  return texts.join('');
}
