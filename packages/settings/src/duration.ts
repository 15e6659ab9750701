import { z } from 'zod';

const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;
const LONGEST = 24 * MILLISECONDS.h;

/**
 * The length of a duration such as `10m`, `500ms` or `1h30m` in ms; undefined for any other text.
 * A number without a unit is no duration: nobody could tell seconds from milliseconds.
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(PART)) {
    sum += Number(amount) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  }
  return sum;
}

/** A setting that is a duration: a text with a unit from 1 ms to 24 h; parsed to ms. */
export const durationSchema = durationFrom(1, '1ms');

/** The same where no time at all makes sense too. */
export const durationOrZeroSchema = durationFrom(0, '0s');

// The type of a schema is too long to be written down: it is inferred here.
function durationFrom(shortest: number, name: string) {
  return z
    .string({
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : 'must be a duration with a unit (ms, s, m or h), such as "10m" or "500ms"',
    })
    .meta({ format: 'duration with unit' })
    .regex(DURATION, {
      error: 'must be a duration with a unit (ms, s, m or h), such as "10m" or "500ms"',
      abort: true,
    })
    .refine((text) => between(parseDuration(text), shortest), { error: `must be between ${name} and 24h` })
    .transform((text) => parseDuration(text) ?? 0);
}

function between(duration: number | undefined, shortest: number): boolean {
  return duration !== undefined && duration >= shortest && duration <= LONGEST;
}
