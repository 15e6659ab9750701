import { arrange, ingress } from './testing/fixtures.ts';

const LARGE = Array.from({ length: 30 }, (_, index) => ingress(`front-${index}`, `/${index}`));
const [SMALL] = LARGE;

/** Proxies that hold something small and have room for nothing much larger. */
async function full(names: readonly string[], limit: 'bodyLimit' | 'databaseLimit') {
  const arranged = arrange(names);
  const { clock, proxies, setResources, fleet } = arranged;
  if (!SMALL) throw new Error('there are thirty');
  setResources(SMALL);
  await clock.advance(10_000);
  const bytes = fleet.report().desired?.bytes ?? 0;
  for (const { behaviour } of proxies) behaviour[limit] = 2 * bytes;
  return { ...arranged, small: fleet.report().desired?.hash };
}

test.each([
  ['bodyLimit', 'ConfigurationExceedsBodyLimit'],
  ['databaseLimit', 'ConfigurationExceedsDatabase'],
] as const)('what no proxy has room for (%s) is no fault of any resource', async (limit, code) => {
  const { clock, fleet, setResources, hashes, small } = await full(['a', 'b', 'c'], limit);
  setResources(...LARGE);
  await clock.advance(120_000);
  const { problems, held, proxies: shown } = fleet.report();
  expect([problems, held]).toEqual([[], []]);
  expect(shown.map(({ state, reason }) => [state, reason?.code])).toEqual(Array(3).fill(['rejected', code]));
  expect(new Set(hashes())).toEqual(new Set([small]));
  setResources(...LARGE.slice(0, 2));
  await clock.advance(3_000);
  expect(fleet.report().proxies.map(({ state }) => state)).toEqual(Array(3).fill('in-sync'));
  await fleet.stop();
});

test('proxies with more room get what others have no room for', async () => {
  const { clock, proxies, fleet, setResources } = await full(['a', 'b', 'c', 'd'], 'bodyLimit');
  const roomy = proxies.slice(2);
  for (const { behaviour } of roomy) behaviour.bodyLimit = Infinity;
  setResources(...LARGE);
  await clock.advance(500);
  const { desired } = fleet.report();
  expect(roomy.map(({ hash }) => hash)).toEqual([desired?.hash, desired?.hash]);
  await clock.advance(10_000);
  const { proxies: shown } = fleet.report();
  expect(roomy.map(({ hash }) => hash)).toEqual([desired?.hash, desired?.hash]);
  expect(shown.map(({ state }) => state)).toEqual(['rejected', 'rejected', 'in-sync', 'in-sync']);
  await fleet.stop();
});
