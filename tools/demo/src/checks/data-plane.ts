import { setTimeout as pause } from 'node:timers/promises';
import type { EmulatedProxy } from '../emulated-proxy.ts';
import type { ShopAnswer, ShopRequest } from '../proxy-request.ts';
import type { Stage } from '../stage.ts';
import { until, Unmet, type Patience } from '../until.ts';

/** A request and what has to come back. */
export interface Expectation {
  readonly request: ShopRequest;
  readonly status: number;
  /** A text that the body must contain. */
  readonly body?: string;
}

/** A request as people write it: `GET https://shop.example.com/checkout`. */
export function describeRequest(request: ShopRequest): string {
  const scheme = request.ca === undefined ? 'http' : 'https';
  return `${request.method ?? 'GET'} ${scheme}://${request.host}${request.path}`;
}

/**
 * Sends a request through every proxy, once each.
 *
 * @throws Unmet if one of them answers otherwise
 */
export async function expectEverywhere(stage: Stage, expectation: Expectation): Promise<void> {
  await Promise.all(
    stage.proxies.map(async (proxy) => {
      const answer = await proxy.request(expectation.request);
      if (!fits(answer, expectation)) throw unmet(proxy, expectation, describeAnswer(answer));
    }),
  );
}

/**
 * Sends a request through a proxy again and again until the expected answer comes.
 *
 * @throws Unmet if it doesn't come in time
 */
export async function awaitAnswer(
  proxy: EmulatedProxy,
  expectation: Expectation,
  patience?: Patience,
): Promise<void> {
  await until(
    describeExpectation(proxy, expectation),
    async () => {
      const answer = await proxy.request(expectation.request);
      return fits(answer, expectation) ? { met: true } : { seen: describeAnswer(answer) };
    },
    patience,
  );
}

/** {@link awaitAnswer} for every proxy at once. */
export async function awaitEverywhere(stage: Stage, expectation: Expectation): Promise<void> {
  await Promise.all(stage.proxies.map((proxy) => awaitAnswer(proxy, expectation)));
}

const WATCH_EVERY_MS = 20;

/**
 * Sends a request through every proxy all the time while `action` runs.
 *
 * @returns how many answers there were
 * @throws Unmet if one of them was not as expected, and whatever `action` throws
 */
export async function expectWhile(
  stage: Stage,
  expectation: Expectation,
  action: () => Promise<void>,
): Promise<number> {
  const ending = new AbortController();
  const acting = action().finally(() => {
    ending.abort();
  });
  const watches = stage.proxies.map((proxy) => watch(proxy, expectation, ending.signal));
  const [counts] = await Promise.all([Promise.all(watches), acting]);
  return counts.reduce((sum, count) => sum + count, 0);
}

async function watch(proxy: EmulatedProxy, expectation: Expectation, signal: AbortSignal): Promise<number> {
  let answers = 0;
  while (!signal.aborted) {
    const answer = await proxy.request(expectation.request);
    if (!fits(answer, expectation)) throw unmet(proxy, expectation, describeAnswer(answer));
    answers += 1;
    await pause(WATCH_EVERY_MS);
  }
  return answers;
}

function fits(answer: ShopAnswer, { status, body }: Expectation): boolean {
  return answer.status === status && (body === undefined || answer.body.includes(body));
}

function unmet(proxy: EmulatedProxy, expectation: Expectation, seen: string): Unmet {
  return new Unmet(describeExpectation(proxy, expectation), seen);
}

function describeExpectation(proxy: EmulatedProxy, { request, status, body }: Expectation): string {
  const text = body === undefined ? '' : ` with "${body}"`;
  return `${status}${text} for ${describeRequest(request)} through proxy ${proxy.name}`;
}

function describeAnswer(answer: ShopAnswer): string {
  return `${answer.status} ${answer.body.replaceAll(/\s+/g, ' ').slice(0, 120)}`;
}
