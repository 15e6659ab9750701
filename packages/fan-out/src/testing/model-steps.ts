import * as fc from 'fast-check';

/** The proxies of the model: the first is never disturbed, so that it shows what the others do to it. */
export const PROXIES = 4;

/** One event of a schedule. Every step can be taken in every state, so that schedules can be shortened. */
export type Step =
  | { readonly type: 'pass'; readonly ms: number }
  /** A new payload (`back` 0), or one that was desired that many payloads ago. */
  | { readonly type: 'desire'; readonly back: number; readonly bytes: number }
  /** New payloads, one every so many ms. */
  | { readonly type: 'churn'; readonly times: number; readonly everyMs: number }
  | { readonly type: 'discover' | 'leave' | 'let-go'; readonly proxy: number }
  | { readonly type: 'toggle'; readonly proxy: number; readonly fault: Fault; readonly on: boolean }
  | { readonly type: 'slow'; readonly proxy: number; readonly applyMs: number; readonly uploadMs: number }
  | { readonly type: 'refuse'; readonly proxy: number; readonly what: 'everything' | 'newest' | 'nothing' }
  | {
      readonly type: 'limit';
      readonly proxy: number;
      readonly bytes: number;
      readonly by: 'body' | 'database';
    }
  | {
      readonly type: 'busy';
      readonly proxy: number;
      readonly status: 429 | 503 | 504;
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly type: 'fail' | 'crash-worker'; readonly proxy: number }
  | {
      readonly type: 'restart';
      readonly proxy: number;
      readonly keepsConfiguration: boolean;
      readonly keepsPids: boolean;
    }
  | { readonly type: 'foreign-write'; readonly proxy: number; readonly hash: string }
  | { readonly type: 'name-refusals'; readonly proxy: number; readonly on: boolean }
  | { readonly type: 'certificate-roll' }
  /** Who holds the lease from now on: a controller, or nobody (2). */
  | { readonly type: 'lease'; readonly holder: number }
  /** Nobody can be told who leads, and a controller may restore empty proxies; or it is over (2). */
  | { readonly type: 'restorer'; readonly controller: number };

/** What can be switched on and off. */
export const FAULTS = [
  'hangs',
  'hangsForUploads',
  'stalls',
  'isDown',
  'losesAnswers',
  'losesRequests',
  'isOverwritten',
  'reportsAnotherHash',
  'alternates',
] as const;
export type Fault = (typeof FAULTS)[number];

const disturbed = fc.integer({ min: 1, max: PROXIES - 1 });
const longest = 15_000;

/** How often each type of step is taken, and what is open in it. */
const kinds: { readonly [T in Step['type']]: readonly [number, Record<string, fc.Arbitrary<unknown>>] } = {
  pass: [30, { ms: fc.constantFrom(1, 10, 60, 400, 1_000, 2_500, 6_000, longest) }],
  desire: [14, { back: fc.constantFrom(0, 0, 0, 1, 2), bytes: fc.constantFrom(20, 40, 80) }],
  churn: [4, { times: fc.integer({ min: 2, max: 8 }), everyMs: fc.constantFrom(50, 200, 450, 1_000) }],
  leave: [3, { proxy: disturbed }],
  'let-go': [3, { proxy: disturbed }],
  discover: [8, { proxy: disturbed }],
  toggle: [
    20,
    { proxy: disturbed, fault: fc.constantFrom(...FAULTS), on: fc.constantFrom(true, false, false) },
  ],
  slow: [
    8,
    {
      proxy: disturbed,
      applyMs: fc.constantFrom(0, 10, 10, 300, 4_000, 20_000, 90_000),
      uploadMs: fc.constantFrom(0, 0, 300, 3_000),
    },
  ],
  refuse: [8, { proxy: disturbed, what: fc.constantFrom('everything', 'newest', 'nothing') }],
  'name-refusals': [3, { proxy: disturbed, on: fc.boolean() }],
  limit: [
    4,
    { proxy: disturbed, bytes: fc.constantFrom(30, 60, 1_000), by: fc.constantFrom('body', 'database') },
  ],
  busy: [
    5,
    {
      proxy: disturbed,
      status: fc.constantFrom(429, 503, 504),
      retryAfterMs: fc.constantFrom(undefined, 1_000, 10_000),
    },
  ],
  fail: [4, { proxy: disturbed }],
  restart: [
    6,
    {
      proxy: disturbed,
      keepsConfiguration: fc.boolean(),
      keepsPids: fc.constantFrom(false, false, true),
    },
  ],
  'crash-worker': [3, { proxy: disturbed }],
  'foreign-write': [6, { proxy: disturbed, hash: fc.constantFrom('e'.repeat(32), 'f'.repeat(32)) }],
  'certificate-roll': [2, {}],
  lease: [6, { holder: fc.integer({ min: 0, max: 2 }) }],
  restorer: [4, { controller: fc.integer({ min: 0, max: 2 }) }],
};

/** All types of steps. */
export const STEP_TYPES = Object.keys(kinds);

const step = fc.oneof(
  ...Object.entries(kinds).map(([type, [weight, fields]]) => ({
    weight,
    arbitrary: fc.record({
      type: fc.constant(type),
      ...fields,
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<Step>,
  })),
);

/** Schedules of up to `steps` steps. */
export function schedules(steps: number): fc.Arbitrary<readonly Step[]> {
  return fc.array(step, { minLength: 1, maxLength: steps, size: 'max' });
}
