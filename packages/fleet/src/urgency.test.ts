import type { Fragment } from '@silverback/kong-configuration';
import { arrange, ingress, webAt } from './testing/fixtures.ts';

/** Whether the second payload waited for each proxy to rest as long as the first one took to apply. */
async function didWait(first: readonly Fragment[], second: readonly Fragment[]): Promise<boolean[]> {
  const { clock, proxies, fleet, setResources } = arrange(['a', 'b'], { timing: { paceFactor: 1 } });
  for (const proxy of proxies) proxy.applyMs = 4_000;
  setResources(...first);
  await clock.advance(5_000);
  setResources(...second);
  await clock.advance(20_000);
  await fleet.stop();
  return proxies.map(({ pushed: [one, two] }) => (two?.at ?? Number.NaN) - (one?.at ?? 0) >= 8_000);
}

test('endpoints that go don’t wait for the pace', async () => {
  const both = webAt('10.0.0.1:80', '10.0.0.2:80');
  expect(await didWait([both], [webAt('10.0.0.2:80')])).toEqual([false, false]);
});

test('endpoints that come, and routes, do', async () => {
  const both = webAt('10.0.0.1:80', '10.0.0.2:80');
  expect(await didWait([webAt('10.0.0.1:80')], [both])).toEqual([true, true]);
  expect(await didWait([ingress('a', '/a')], [])).toEqual([true, true]);
});
