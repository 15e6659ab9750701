import { arrange } from './testing/arrange.ts';
import { payloadOf } from './testing.ts';

/** A proxy that takes 4 s to apply, and has just accepted something. */
async function busy() {
  const arranged = arrange({ paceFactor: 1 });
  arranged.proxy.applyMs = 4_000;
  arranged.desire('a');
  await arranged.clock.advance(5_000);
  const urge = (text: string): void => {
    arranged.fanOut.setDesired(arranged.key, payloadOf(text), { isUrgent: true });
  };
  /** How long after the last acceptance each further push began, in s. */
  const delays = (): number[] => {
    const starts = arranged.proxy.pushed.map(({ at }) => at);
    return starts.slice(1).map((at, index) => Math.floor((at - ((starts[index] ?? 0) + 4_000)) / 1_000));
  };
  return { ...arranged, urge, delays };
}

test('what takes something away does not wait for the pace', async () => {
  const { clock, urge, delays, fanOut } = await busy();
  urge('b');
  await clock.advance(20_000);
  expect(delays()).toEqual([1]);
  await fanOut.stop();
});

test('it stays urgent when something newer is desired before it was sent', async () => {
  const { clock, proxy, urge, desire, delays, fanOut } = await busy();
  desire('b');
  await clock.advance(1_000);
  expect(proxy.pushed).toHaveLength(1);
  urge('c');
  desire('d');
  await clock.advance(20_000);
  expect(delays()).toEqual([2]);
  await fanOut.stop();
});

test('what comes after it waits again', async () => {
  const { clock, urge, desire, delays, fanOut } = await busy();
  urge('b');
  await clock.advance(500);
  desire('c');
  await clock.advance(20_000);
  expect(delays()).toEqual([1, 4]);
  await fanOut.stop();
});

test('it stays urgent when it was not taken', async () => {
  const { clock, proxy, urge, delays, fanOut } = await busy();
  proxy.behaviour.nextError = 'AdminApiFailed';
  urge('b');
  await clock.advance(20_000);
  expect(delays()[1]).toBeLessThan(3);
  await fanOut.stop();
});

test('a proxy that holds nothing does not wait, however long the last one took', async () => {
  const { clock, proxy, delays, state, fanOut } = await busy();
  proxy.restart(false);
  await clock.advance(6_000);
  expect(delays()).toEqual([1]);
  expect(state()).toBe('in-sync');
  await fanOut.stop();
});

/** The same proxy, with what is desired changed at times from its acceptance on; returns when the next push began, in ms. */
async function nextPush(changesAt: readonly number[]): Promise<number> {
  const { clock, proxy, desire, fanOut } = await busy();
  const acceptedAt = (proxy.pushed[0]?.at ?? 0) + 4_000;
  for (const [index, at] of changesAt.entries()) {
    await clock.advance(Math.max(0, acceptedAt + at - clock.now()));
    desire(`change-${index}`);
  }
  await clock.advance(20_000);
  await fanOut.stop();
  return Math.round((proxy.pushed[1]?.at ?? 0) - acceptedAt);
}

const every = (ms: number, from: number, to: number): number[] =>
  Array.from({ length: Math.floor((to - from) / ms) + 1 }, (_, index) => from + index * ms);

test.each<[string, readonly number[], number]>([
  ['one change within the pause goes when the pause ends', [2_000], 4_000],
  ['one that comes after it goes at once', [7_000], 7_000],
  ['changes that stopped in time do not prolong it', every(200, 1_000, 3_400), 4_000],
  ['changes that still come at its end go when none came for a tenth of it', every(200, 1_000, 4_400), 4_800],
  ['changes that never stop go after a quarter more', every(200, 1_000, 9_000), 5_000],
])('%s', async (_, changesAt, expected) => {
  const began = await nextPush(changesAt);
  expect(began).toBe(expected);
});
