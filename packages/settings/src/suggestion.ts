/** The entry of `candidates` that `name` is probably a slip of: at most two edits away, and at most half its letters. */
export function closest(name: string, candidates: readonly string[]): string | undefined {
  const most = Math.min(2, Math.floor(name.length / 2));
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits <= most && edits < (best?.edits ?? Infinity)) best = { candidate, edits };
  }
  return best?.candidate;
}

/** Levenshtein's distance: how many letters must be added, removed or changed. */
function distance(from: string, to: string): number {
  // Long texts are no slips of short names; this also bounds the work.
  if (Math.abs(from.length - to.length) > 2) return Infinity;
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      current.push(
        Math.min(
          (current[column - 1] ?? 0) + 1,
          (previous[column] ?? 0) + 1,
          (previous[column - 1] ?? 0) + change,
        ),
      );
    }
    previous = current;
  }
  return previous[to.length] ?? Infinity;
}

/** "Did you mean …?" with a leading space where there is a likely slip, else nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const candidate = closest(name, candidates);
  return candidate === undefined ? '' : ` Did you mean ${candidate}?`;
}
