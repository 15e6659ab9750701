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
      readonly retryAfterMs?: number;
    }
  | { readonly type: 'fail'; readonly proxy: number }
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
export type Fault = 'hangs' | 'hangsForUploads' | 'stalls' | 'isDown' | 'losesAnswers' | 'losesRequests';

const disturbed = fc.integer({ min: 1, max: PROXIES - 1 });
const longest = 15_000;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 10, 60, 400, 1_000, 2_500, 6_000, longest),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      type: fc.constant('desire' as const),
      back: fc.constantFrom(0, 0, 0, 1, 2),
      bytes: fc.constantFrom(20, 40, 80),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('churn' as const),
      times: fc.integer({ min: 2, max: 8 }),
      everyMs: fc.constantFrom(50, 200, 450, 1_000),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'let-go' as const), proxy: disturbed }),
  },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('discover' as const), proxy: disturbed }) },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('toggle' as const),
      proxy: disturbed,
      fault: fc.constantFrom<Fault>(
        'hangs',
        'hangsForUploads',
        'stalls',
        'isDown',
        'losesAnswers',
        'losesRequests',
      ),
      on: fc.constantFrom(true, false, false),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('slow' as const),
      proxy: disturbed,
      applyMs: fc.constantFrom(0, 10, 10, 300, 4_000, 20_000, 90_000),
      uploadMs: fc.constantFrom(0, 0, 300, 3_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('refuse' as const),
      proxy: disturbed,
      what: fc.constantFrom('everything' as const, 'newest' as const, 'nothing' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('name-refusals' as const),
      proxy: disturbed,
      on: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('limit' as const),
      proxy: disturbed,
      bytes: fc.constantFrom(30, 60, 1_000),
      by: fc.constantFrom('body' as const, 'database' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        type: fc.constant('busy' as const),
        proxy: disturbed,
        status: fc.constantFrom(429 as const, 503 as const, 504 as const),
        retryAfterMs: fc.constantFrom(1_000, 10_000),
      },
      { requiredKeys: ['type', 'proxy', 'status'] },
    ),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('fail' as const), proxy: disturbed }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('restart' as const),
      proxy: disturbed,
      keepsConfiguration: fc.boolean(),
      keepsPids: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('foreign-write' as const),
      proxy: disturbed,
      hash: fc.constantFrom('e'.repeat(32), 'f'.repeat(32)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('certificate-roll' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('lease' as const), holder: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('restorer' as const),
      controller: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

/** Schedules of up to `steps` steps. */
export function schedules(steps: number): fc.Arbitrary<readonly Step[]> {
  return fc.array(step, { minLength: 1, maxLength: steps, size: 'max' });
}
