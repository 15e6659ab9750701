import { VirtualClock } from '@silverback/clock';
import { Turns } from './turns.ts';

test('what many ask for at once is done in several turns, in the order of asking', async () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const begun: number[] = [];
  const perTurn: number[] = [];
  for (let index = 0; index < 150; index += 1) turns.take(() => begun.push(index));
  perTurn.push(begun.length);
  clock.schedule(0, () => perTurn.push(begun.length));
  await clock.advance(0);
  expect(perTurn).toEqual([64, 128]);
  expect(begun).toEqual(Array.from({ length: 150 }, (_, index) => index));
});

test('in a later turn there is room again', async () => {
  const clock = new VirtualClock();
  const turns = new Turns(clock);
  const begun: string[] = [];
  for (let index = 0; index < 64; index += 1) turns.take(() => undefined);
  turns.take(() => begun.push('first'));
  turns.take(() => begun.push('second'));
  expect(begun).toEqual([]);
  await clock.advance(0);
  expect(begun).toEqual(['first', 'second']);
  turns.take(() => begun.push('third'));
  expect(begun).toEqual(['first', 'second', 'third']);
  await clock.advance(0);
  expect(clock.pendingTimers).toBe(0);
});
