/** How many texts are sorted or merged in one step. */
const AT_ONCE = 2048;

/** Sorts texts by their code units, with a pause after each small step. */
export function* sortInSteps(texts: readonly string[]): Generator<undefined, readonly string[], undefined> {
  let runs: (readonly string[])[] = [];
  for (let begin = 0; begin < texts.length; begin += AT_ONCE) {
    runs.push(texts.slice(begin, begin + AT_ONCE).sort());
    yield undefined;
  }
  while (runs.length > 1) {
    const merged: (readonly string[])[] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(yield* merge(runs[index] ?? [], runs[index + 1] ?? []));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge(
  some: readonly string[],
  others: readonly string[],
): Generator<undefined, readonly string[], undefined> {
  const merged: string[] = [];
  let [next, other] = [0, 0];
  while (next < some.length || other < others.length) {
    const [one, two] = [some[next], others[other]];
    if (one !== undefined && (two === undefined || one <= two)) {
      merged.push(one);
      next += 1;
    } else if (two !== undefined) {
      merged.push(two);
      other += 1;
    }
    if (merged.length % AT_ONCE === 0) yield undefined;
  }
  return merged;
}
