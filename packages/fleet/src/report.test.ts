import { arrange, ingress } from './testing/fixtures.ts';

/** What `/fleets` shows of the proxies, as JSON that was read again. */
function shown({ fleet }: ReturnType<typeof arrange>) {
  const { proxies } = JSON.parse(JSON.stringify(fleet.report())) as ReturnType<typeof fleet.report>;
  return Object.fromEntries(proxies.map((proxy) => [proxy.name, proxy]));
}

test('proxies that are not as they should be say in which state they are and why', async () => {
  const arranged = arrange(['good', 'down', 'fought-over', 'small'], { timing: { statusInterval: 1_000 } });
  const { clock, proxies, fleet, setResources } = arranged;
  const [, down, foughtOver, small] = proxies;
  if (!down || !foughtOver || !small) throw new Error('there are four');
  down.behaviour.isDown = true;
  small.behaviour.bodyLimit = 1;
  setResources(ingress('front', '/'));
  await clock.advance(10_000);
  for (let times = 0; times < 2; times += 1) {
    foughtOver.hash = 'f'.repeat(32);
    await clock.advance(2_000);
  }
  const { 'good:8444': good, ...others } = shown(arranged);
  expect(good).toMatchObject({ state: 'in-sync', lagMs: 0, reportedHash: fleet.report().desired?.hash });
  expect(good).not.toHaveProperty('reason');
  expect(good).not.toHaveProperty('sizeLimit');
  expect(others).toMatchObject({
    'down:8444': { state: 'unreachable', reason: { code: 'ConnectionRefused' } },
    'fought-over:8444': {
      state: 'contended',
      reason: { code: 'ForeignWriter' },
      reportedHash: 'f'.repeat(32),
    },
    'small:8444': {
      state: 'rejected',
      reason: { code: 'ConfigurationExceedsBodyLimit' },
      sizeLimit: fleet.report().desired?.bytes,
    },
  });
  for (const { lagMs } of Object.values(others)) expect(lagMs).toBeGreaterThan(0);
  await fleet.stop();
});
