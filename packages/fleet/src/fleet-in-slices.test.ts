import { TimeSlices, VirtualClock } from '@silverback/clock';
import { arrange, ingress, kongPlugin, refuseLimit } from './testing/fixtures.ts';

/** Work in slices of one step each: everything that can happen between two steps does happen. */
function inSteps(names?: readonly string[]) {
  const clock = new VirtualClock();
  let looks = 0;
  const slices = new TimeSlices({
    now: () => (looks += 20),
    date: () => clock.date(),
    schedule: (_delayMs, callback) => clock.schedule(1, callback),
  });
  return arrange(names, { slices }, clock);
}

test('a refused plugin is held, and everything else goes on', async () => {
  const { clock, proxies, fleet, setResources } = inSteps();
  refuseLimit(proxies, 0);
  setResources(kongPlugin('limit', 5), ingress('limited', '/limited', ['limit']));
  await clock.advance(10_000);
  setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('other', '/other'));
  await clock.advance(10_000);
  for (const { text } of proxies) {
    expect(text).toContain('"minute":5');
    expect(text).toContain('shop.other.web');
  }
  expect(fleet.report()).toMatchObject({ held: [{ root: 'KongPlugin/shop/limit', instead: 'previous' }] });
  await fleet.stop();
});

test('a refusal that names nothing is traced', async () => {
  const { clock, proxies, fleet, setResources } = inSteps();
  setResources(ingress('bad', '/'));
  await clock.advance(10_000);
  for (const proxy of proxies) proxy.behaviour.refusesText = '"/bad"';
  setResources(ingress('bad', '/bad'), ...['a', 'b', 'c', 'd'].map((name) => ingress(name, `/${name}`)));
  await clock.advance(30_000);
  expect(fleet.report().held).toMatchObject([{ root: 'Ingress/shop/bad', instead: 'previous' }]);
  for (const { text } of proxies) for (const name of ['a', 'd']) expect(text).toContain(`"/${name}"`);
  await fleet.stop();
});

test.each(['named', 'unnamed'])(
  'an edit that comes while a %s refusal is dealt with is what proxies get',
  async (kind) => {
    for (let delay = 0; delay < 120; delay += 3) {
      const { clock, proxies, fleet, setResources, hashes } = inSteps(['a', 'b']);
      if (kind === 'named') refuseLimit(proxies, 0);
      else for (const proxy of proxies) proxy.behaviour.refusesText = '"minute":0';
      setResources(kongPlugin('limit', 5), ingress('limited', '/limited', ['limit']));
      await clock.advance(10_000);
      setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
      await clock.advance(delay);
      setResources(kongPlugin('limit', 7), ingress('limited', '/limited', ['limit']));
      await clock.advance(20_000);
      expect(fleet.report()).toMatchObject({ held: [], problems: [] });
      expect(new Set(hashes())).toEqual(new Set([fleet.report().desired?.hash]));
      for (const { text } of proxies) expect(text).toContain('"minute":7');
      await fleet.stop();
    }
  },
);

test('what was composed before a refusal was known is not sent after it', async () => {
  for (let delay = 0; delay < 60; delay += 1) {
    const { clock, proxies, fleet, setResources, events } = inSteps(['a', 'b']);
    refuseLimit(proxies, 0);
    const bad = [kongPlugin('limit', 0), ingress('limited', '/limited', ['limit'])];
    setResources(...bad);
    await clock.advance(delay);
    setResources(...bad, ingress('other', '/other'));
    await clock.advance(10_000);
    for (const { text } of proxies) expect(text).toContain('"/other"');
    const later = events.slice(events.findIndex(({ type }) => type === 'quarantined'));
    expect(later.filter((event) => event.type === 'pushed' && event.result === 'refused')).toEqual([]);
    await fleet.stop();
  }
});

test('of edits that come faster than they can be composed the last one arrives', async () => {
  const { clock, proxies, fleet, setResources } = inSteps();
  for (let edit = 0; edit < 50; edit += 1) {
    setResources(ingress('front', `/${String(edit)}`));
    await clock.advance(1);
  }
  expect(proxies.some(({ pushed }) => pushed.length > 0)).toBe(true);
  await clock.advance(10_000);
  for (const { text } of proxies) expect(text).toContain('"/49"');
  await fleet.stop();
});

test('a change that is being composed when something is offered again reaches all proxies', async () => {
  for (let delay = 0; delay < 40; delay += 1) {
    const { clock, proxies, fleet, setResources } = inSteps(['a', 'b']);
    refuseLimit(proxies, 0);
    setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']));
    await clock.advance(20_000);
    // Held resources are offered again after 225 s at the random number of these tests.
    const held = fleet.events().find(({ type }) => type === 'quarantined');
    const heldForMs = clock.date().getTime() - Date.parse(held?.at ?? '');
    await clock.advance(225_000 - heldForMs - 20 + delay);
    setResources(kongPlugin('limit', 0), ingress('limited', '/limited', ['limit']), ingress('new', '/new'));
    await clock.advance(60_000);
    for (const { text } of proxies) expect(text).toContain('"/new"');
    await fleet.stop();
  }
});
