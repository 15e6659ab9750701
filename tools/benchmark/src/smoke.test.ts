import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClusterFigures } from './cluster/figures.ts';

const program = fileURLToPath(new URL('../dist/app/main.js', import.meta.url));

/** Runs the built program and returns what it wrote. */
async function bench(words: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [program, ...words.split(' ')], { timeout: 120_000 });
}

test('a small fan-out reaches its receivers, and says so in JSON and nothing else', async () => {
  const { stdout, stderr } = await bench('fan-out --proxies 2 --megabytes 0.1 --rounds 1 --seed 5 --json');
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(report)).toEqual(['machine', 'versions', 'seed', 'results']);
  expect(report['seed']).toBe(5);
  expect(report['results']).toMatchObject([{ proxies: 2, megabytes: 0.1, applyDelayMs: 0, bytes: 200_000 }]);
}, 60_000);

test('a small fleet comes through churn with few pushes', async () => {
  const { stdout } = await bench('churn --proxies 2 --megabytes 0.01 --apply-delay 100 --seconds 1 --json');
  const report = JSON.parse(stdout) as { figures: Record<string, number>; targets: { met: boolean }[] };
  expect(report.figures['changes']).toBe(5);
  expect(report.targets.map(({ met }) => met)).toEqual([true, true, true]);
}, 60_000);

test('the controller comes through a small cluster, and asks as much for three proxies as for one', async () => {
  const { stdout } = await bench('cluster --ingresses 20 --seconds 1 --proxies 1,3 --json');
  const { results } = JSON.parse(stdout) as { results: ClusterFigures };
  expect(results.changes).toMatchObject({ events: 100 });
  const [one, three] = results.requests;
  expect(one?.requests).toBe(three?.requests);
  expect(results.statuses).toMatchObject({ ingresses: 20, published: 20, writes: 20, writesAfterRestart: 0 });
}, 120_000);
