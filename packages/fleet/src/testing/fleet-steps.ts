import * as fc from 'fast-check';
import type { Form, Protection, ServiceName } from './fleet-cluster.ts';
import { FAULTS, type Fault } from './fleet-proxies.ts';

/** The proxies of the model: the last two route by expressions, and so form a group of their own. */
export const PROXIES = 5;
export const FIRST_OF_EXPRESSIONS = 3;
/** Ingresses that are edited, and Secrets with keys of the one consumer. */
const INGRESSES = 4;
const SECRETS = 2;

/** How the source is read after a restart of the controller: whole and at once, after a while, or one kind after the others. */
export type Reading = 'at-once' | 'late' | 'in-parts';

/** One event of a schedule. Every step can be taken in every state, so that schedules can be shortened. */
export type FleetStep =
  | { readonly type: 'pass'; readonly ms: number }
  | {
      readonly type: 'ingress';
      readonly index: number;
      readonly form: Form;
      readonly service: ServiceName;
      readonly protection: Protection;
      readonly isContested: boolean;
    }
  | { readonly type: 'delete-ingress'; readonly index: number }
  | { readonly type: 'service'; readonly service: ServiceName; readonly form: Form }
  | { readonly type: 'endpoints'; readonly service: ServiceName }
  | { readonly type: 'plugin'; readonly form: Form }
  | { readonly type: 'grant'; readonly on: boolean }
  | { readonly type: 'consumer'; readonly form: Form; readonly keys: readonly number[] }
  | { readonly type: 'secret'; readonly index: number; readonly form: Form }
  | { readonly type: 'delete-secret'; readonly index: number }
  /** Kong takes everything from now on. */
  | { readonly type: 'lenient' }
  | { readonly type: 'leave' | 'let-go' | 'join'; readonly proxy: number }
  | { readonly type: 'restart-proxy'; readonly proxy: number; readonly keepsConfiguration: boolean }
  | { readonly type: 'fault'; readonly proxy: number; readonly fault: Fault; readonly on: boolean }
  | { readonly type: 'slow'; readonly proxy: number; readonly applyMs: number }
  | { readonly type: 'busy'; readonly proxy: number; readonly status: 429 | 503 | 504 }
  | { readonly type: 'fail'; readonly proxy: number }
  | { readonly type: 'foreign-write'; readonly proxy: number }
  | { readonly type: 'restart-controller'; readonly reading: Reading };

const proxy = fc.integer({ min: 0, max: PROXIES - 1 });
const form = fc.constantFrom<Form>(
  'good',
  'good',
  'good',
  'named',
  'named',
  'unnamed',
  'checked',
  'expressions',
);
const service = fc.constantFrom<ServiceName>('web', 'web', 'api');
const index = fc.integer({ min: 0, max: INGRESSES - 1 });
const secret = fc.integer({ min: 0, max: SECRETS - 1 });

/** How often each type of step is taken, and what is open in it. */
const kinds: { readonly [T in FleetStep['type']]: readonly [number, Record<string, fc.Arbitrary<unknown>>] } =
  {
    pass: [30, { ms: fc.constantFrom(10, 400, 1_500, 5_000, 45_000) }],
    ingress: [
      20,
      {
        index,
        form,
        service,
        protection: fc.constantFrom<Protection>('none', 'none', 'limit', 'limit', 'quota'),
        isContested: fc.constantFrom(false, false, false, true),
      },
    ],
    'delete-ingress': [3, { index }],
    service: [4, { service, form }],
    endpoints: [4, { service }],
    plugin: [6, { form }],
    grant: [3, { on: fc.boolean() }],
    consumer: [4, { form, keys: fc.subarray(Array.from({ length: SECRETS }, (_, at) => at)) }],
    secret: [3, { index: secret, form }],
    'delete-secret': [2, { index: secret }],
    lenient: [1, {}],
    leave: [2, { proxy }],
    'let-go': [1, { proxy }],
    join: [3, { proxy }],
    'restart-proxy': [4, { proxy, keepsConfiguration: fc.boolean() }],
    fault: [
      20,
      {
        proxy,
        fault: fc.constantFrom<Fault>(...FAULTS, 'isOdd', 'isOdd', 'isOverwritten', 'hangs'),
        on: fc.constantFrom(true, false, false),
      },
    ],
    slow: [4, { proxy, applyMs: fc.constantFrom(10, 10, 500, 4_000) }],
    busy: [2, { proxy, status: fc.constantFrom(429, 503, 504) }],
    fail: [1, { proxy }],
    'foreign-write': [2, { proxy }],
    'restart-controller': [
      4,
      { reading: fc.constantFrom<Reading>('at-once', 'at-once', 'late', 'in-parts') },
    ],
  };

const step = fc.oneof(
  ...Object.entries(kinds).map(([type, [weight, fields]]) => ({
    weight,
    arbitrary: fc.record({
      type: fc.constant(type),
      ...fields,
    }) as fc.Arbitrary<unknown> as fc.Arbitrary<FleetStep>,
  })),
);

/** All types of steps. */
export const STEP_TYPES = Object.keys(kinds);

/** Schedules of up to `steps` steps. */
export function fleetSchedules(steps: number): fc.Arbitrary<readonly FleetStep[]> {
  return fc.array(step, { minLength: 1, maxLength: steps, size: 'max' });
}
