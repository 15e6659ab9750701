import { VirtualClock } from '@silverback/clock';

import { ChangeNotifier } from './change-notifier.ts';

interface Delivery {
  readonly at: number;
  readonly keys: string[];
}

function notifierOn(clock: VirtualClock): { notifier: ChangeNotifier; deliveries: Delivery[] } {
  const deliveries: Delivery[] = [];
  const notifier = new ChangeNotifier({
    clock,
    listener: (touched) => deliveries.push({ at: clock.now(), keys: [...touched] }),
  });
  return { notifier, deliveries };
}

test('a change after a quiet time is delivered 100 ms later', async () => {
  const clock = new VirtualClock();
  const { notifier, deliveries } = notifierOn(clock);
  await clock.advance(5000);
  notifier.add(new Set(['a']));
  await clock.advance(10_000);
  expect(deliveries).toEqual([{ at: 5100, keys: ['a'] }]);
});

test('changes that follow each other closely are delivered as one', async () => {
  const clock = new VirtualClock();
  const { notifier, deliveries } = notifierOn(clock);
  notifier.add(new Set(['a', 'b']));
  await clock.advance(99);
  notifier.add(new Set(['b', 'c']));
  await clock.advance(99);
  expect(deliveries).toEqual([]);
  await clock.advance(1);
  expect(deliveries).toEqual([{ at: 199, keys: ['a', 'b', 'c'] }]);
});

test('a stream that never rests is delivered every second, and nothing of it is lost', async () => {
  const clock = new VirtualClock();
  const { notifier, deliveries } = notifierOn(clock);
  const added: string[] = [];
  for (let step = 0; step < 60; step += 1) {
    added.push(`key-${step}`);
    notifier.add(new Set([`key-${step}`]));
    await clock.advance(50);
  }
  await clock.advance(100);
  expect(deliveries.map((delivery) => delivery.at)).toEqual([1000, 2000, 3000]);
  expect(deliveries.flatMap((delivery) => delivery.keys)).toEqual(added);
});

test('a change that the listener itself causes is delivered with the next round', async () => {
  const clock = new VirtualClock();
  const seen: string[][] = [];
  const notifier: ChangeNotifier = new ChangeNotifier({
    clock,
    listener: (touched) => {
      seen.push([...touched]);
      if (touched.has('cause')) notifier.add(new Set(['effect']));
    },
  });
  notifier.add(new Set(['cause']));
  await clock.advance(1000);
  expect(seen).toEqual([['cause'], ['effect']]);
});

test('adding nothing delivers nothing and does not prolong the wait of others', async () => {
  const clock = new VirtualClock();
  const { notifier, deliveries } = notifierOn(clock);
  notifier.add(new Set());
  expect(clock.pendingTimers).toBe(0);
  notifier.add(new Set(['a']));
  await clock.advance(60);
  notifier.add(new Set());
  await clock.advance(40);
  expect(deliveries).toEqual([{ at: 100, keys: ['a'] }]);
});

test('after stop nothing is delivered and no timer is left', async () => {
  const clock = new VirtualClock();
  const { notifier, deliveries } = notifierOn(clock);
  notifier.add(new Set(['a']));
  notifier.stop();
  expect(clock.pendingTimers).toBe(0);
  await clock.advance(2000);
  expect(deliveries).toEqual([]);
});
