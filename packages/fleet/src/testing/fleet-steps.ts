import * as fc from 'fast-check';

/** The proxies of the model: the last two route by expressions, and so form a group of their own. */
export const PROXIES = 5;
export const FIRST_OF_EXPRESSIONS = 3;
/** Ingresses that are edited. */
export const INGRESSES = 4;

/**
 * What Kong thinks of a form of a resource: it takes it, refuses it by name, refuses the whole without naming it, or
 * refuses it by name on proxies that route by expressions only.
 */
export type Form = 'good' | 'named' | 'unnamed' | 'expressions';

/** One event of a schedule. Every step can be taken in every state, so that schedules can be shortened. */
export type FleetStep =
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'edit'; readonly ingress: number; readonly form: Form; readonly isProtected: boolean }
  | { readonly type: 'delete'; readonly ingress: number }
  | { readonly type: 'plugin'; readonly form: 'good' | 'named' }
  /** Kong takes everything from now on. */
  | { readonly type: 'lenient' }
  | { readonly type: 'leave' | 'join'; readonly proxy: number }
  | { readonly type: 'restart-proxy'; readonly proxy: number; readonly keepsConfiguration: boolean }
  | { readonly type: 'hang'; readonly proxy: number; readonly on: boolean }
  | { readonly type: 'slow'; readonly proxy: number; readonly applyMs: number }
  | { readonly type: 'odd'; readonly proxy: number; readonly on: boolean }
  | { readonly type: 'restart-controller' };

const proxy = fc.integer({ min: 0, max: PROXIES - 1 });

const step: fc.Arbitrary<FleetStep> = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      type: fc.constant('pass' as const),
      ms: fc.constantFrom(10, 400, 1_500, 5_000, 45_000),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      ingress: fc.integer({ min: 0, max: INGRESSES - 1 }),
      form: fc.constantFrom<Form>('good', 'good', 'named', 'unnamed', 'expressions'),
      isProtected: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('delete' as const),
      ingress: fc.integer({ min: 0, max: INGRESSES - 1 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('plugin' as const),
      form: fc.constantFrom('good' as const, 'named' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lenient' as const) }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('leave' as const, 'join' as const), proxy }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('restart-proxy' as const),
      proxy,
      keepsConfiguration: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('hang' as const),
      proxy,
      on: fc.constantFrom(true, false, false),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('slow' as const),
      proxy,
      applyMs: fc.constantFrom(10, 10, 500, 4_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('odd' as const),
      proxy,
      on: fc.constantFrom(true, false, false),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('restart-controller' as const) }) },
);

/** Schedules of up to `steps` steps. */
export function fleetSchedules(steps: number): fc.Arbitrary<readonly FleetStep[]> {
  return fc.array(step, { minLength: 1, maxLength: steps, size: 'max' });
}
