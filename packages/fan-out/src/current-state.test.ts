import { CurrentState } from './current-state.ts';

function make() {
  const told: string[] = [];
  const state = new CurrentState(100, (from, to, reason) => told.push(`${from} ${to} ${reason?.code ?? ''}`));
  return { state, told };
}

test('how long a proxy is out of sync counts from the moment at which it was in sync last', () => {
  const { state } = make();
  expect(state.lagMs(150)).toBe(50);
  state.become('in-sync', undefined, 200);
  expect(state.lagMs(1_000)).toBe(0);
  state.become('waiting', undefined, 1_000);
  state.become('pushing', undefined, 1_200);
  expect(state.lagMs(1_500)).toBe(500);
});

test('each change is told once, and nothing comes after leaving', () => {
  const { state, told } = make();
  const reason = { code: 'NotLeader', message: 'no' } as const;
  state.become('waiting', undefined, 0);
  state.become('waiting', undefined, 0);
  state.become('waiting', reason, 0);
  state.become('leaving', undefined, 0);
  state.become('in-sync', undefined, 0);
  expect(told).toEqual(['connecting waiting ', 'waiting waiting NotLeader', 'waiting leaving ']);
  expect(state.state).toBe('leaving');
});
