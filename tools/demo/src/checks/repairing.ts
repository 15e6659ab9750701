import type { EmulatedProxy } from '../emulated-proxy.ts';
import type { Stage } from '../stage.ts';
import { until } from '../until.ts';
import { awaitAnswer, expectEverywhere } from './data-plane.ts';
import { allInSync, proxyState } from './fleet-state.ts';
import type { Check } from './runner.ts';

const REPAIR = { limitMs: 10_000, everyMs: 25 };
const CATALOG = { request: { host: 'shop.example.com', path: '/catalog' }, status: 200 };

/** What happens when a proxy loses what it had. */
export function repairingChecks(stage: Stage): Check[] {
  return [
    {
      name: 'a proxy that lost its configuration gets it back',
      run: () => repaired(stage, proxyNumber(stage, 1), (proxy) => proxy.empty()),
    },
    { name: 'a stopped proxy is reported and harms no other', run: () => stopped(stage) },
    {
      name: 'a proxy that comes back without configuration gets it again',
      run: () => repaired(stage, proxyNumber(stage, 2), (proxy) => proxy.startWiped()),
    },
  ];
}

function proxyNumber(stage: Stage, index: number): EmulatedProxy {
  const proxy = stage.proxies[index];
  if (proxy === undefined) throw new Error(`there is no proxy number ${index}`);
  return proxy;
}

async function repaired(
  stage: Stage,
  proxy: EmulatedProxy,
  harm: (proxy: EmulatedProxy) => Promise<void>,
): Promise<string> {
  const pushes = (await proxy.pushes()).length;
  const begun = performance.now();
  await harm(proxy);
  await until(
    `a new configuration for proxy ${proxy.name}`,
    async () => {
      const more = (await proxy.pushes()).length - pushes;
      return more > 0 ? { met: true } : { seen: 'none' };
    },
    REPAIR,
  );
  await awaitAnswer(proxy, CATALOG, REPAIR);
  const ms = Math.round(performance.now() - begun);
  const hash = await until('three proxies in sync', () => allInSync(stage), REPAIR);
  return `proxy ${proxy.name} served again after ${ms} ms, hash ${hash}`;
}

async function stopped(stage: Stage): Promise<string> {
  const proxy = proxyNumber(stage, 2);
  await proxy.stop();
  const states = await until(
    `proxy ${proxy.name} unreachable and the others in sync`,
    async () => {
      const seen = await Promise.all(stage.proxies.map((each) => proxyState(stage, each.address)));
      const expected = stage.proxies.map((each) => (each === proxy ? 'unreachable' : 'in-sync'));
      return seen.join() === expected.join() ? { met: seen.join(', ') } : { seen: seen.join(', ') };
    },
    REPAIR,
  );
  const others = { ...stage, proxies: stage.proxies.filter((each) => each !== proxy) };
  await expectEverywhere(others, CATALOG);
  return states;
}
