import { describeExit } from '../child.ts';
import type { Stage } from '../stage.ts';
import { until, Unmet } from '../until.ts';
import { expectEverywhere } from './data-plane.ts';
import { allInSync, noProblems, pushCounts } from './fleet-state.ts';
import type { Check } from './runner.ts';

const GRACE_MS = 5_000;
const START = { limitMs: 15_000, everyMs: 50 };

/** What happens when the controller comes and goes. */
export function restartingChecks(stage: Stage): Check[] {
  return [
    { name: 'SIGTERM ends the controller with exit code 0', vital: true, run: () => terminate(stage) },
    { name: 'a restart with the same manifests sends nothing', run: () => restart(stage) },
  ];
}

async function terminate(stage: Stage): Promise<string> {
  const begun = performance.now();
  const exit = await stage.controller.terminate(GRACE_MS);
  if (exit.code !== 0) throw new Unmet('exit code 0', describeExit(exit));
  await expectEverywhere(stage, { request: { host: 'shop.example.com', path: '/catalog' }, status: 200 });
  return `after ${Math.round(performance.now() - begun)} ms; the proxies serve on without it`;
}

async function restart(stage: Stage): Promise<string> {
  const before = await pushCounts(stage);
  stage.controller.startAgain();
  const hash = await until('three proxies in sync', () => allInSync(stage), START);
  await until('no problems', () => noProblems(stage));
  const after = await pushCounts(stage);
  if (after.join() !== before.join())
    throw new Unmet(`${before.join(', ')} pushes, as before`, after.join(', '));
  return `hash ${hash} found in place on every proxy`;
}
