import { setTimeout as pause } from 'node:timers/promises';

/** A condition that did not come true in time. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected ${expected}; saw ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

/** One look at the world: `met` with a value, or what was seen instead. */
export type Look<T> = { readonly met: T } | { readonly seen: string };

/** How long to wait and how often to look, in ms. */
export interface Patience {
  readonly limitMs: number;
  readonly everyMs: number;
}

export const USUAL_PATIENCE: Patience = { limitMs: 5_000, everyMs: 25 };

/**
 * Looks again and again until a condition is met.
 *
 * @param expected - the condition in words, for the failure
 * @param look - one look; an error that it throws counts as something seen, except an Unmet: it ends the waiting
 * @throws Unmet when the limit has passed, with what was seen last
 */
export async function until<T>(
  expected: string,
  look: () => Look<T> | Promise<Look<T>>,
  patience: Patience = USUAL_PATIENCE,
): Promise<T> {
  const end = performance.now() + patience.limitMs;
  for (;;) {
    const result = await looked(look);
    if ('met' in result) return result.met;
    if (performance.now() >= end) throw new Unmet(`${expected} within ${patience.limitMs} ms`, result.seen);
    await pause(patience.everyMs);
  }
}

async function looked<T>(look: () => Look<T> | Promise<Look<T>>): Promise<Look<T>> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Unmet) throw error;
    return { seen: error instanceof Error ? error.message : String(error) };
  }
}
