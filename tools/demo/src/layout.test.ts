import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimLayout, releaseLayout } from './layout.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'silverback-demo-'));
});
afterEach(() => {
  rmSync(parent, { recursive: true });
});

const OTHER_PROCESS = '4711';

test('a working directory can be read by its owner only', () => {
  const layout = claimLayout(parent, 'demo');
  expect(layout.root).toBe(join(parent, 'demo'));
  for (const folder of [layout.root, layout.pki, layout.logs, layout.state])
    expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('the next demo begins with an empty working directory', () => {
  const layout = claimLayout(parent, 'demo');
  writeFileSync(join(layout.root, 'left over'), '');
  releaseLayout(layout);
  expect(existsSync(join(claimLayout(parent, 'demo').root, 'left over'))).toBe(false);
});

test('a demo that is running keeps its working directory', () => {
  const running = claimLayout(parent, 'demo');
  writeFileSync(join(running.root, 'pid'), OTHER_PROCESS);
  expect(claimLayout(parent, 'demo', () => true).root).toBe(join(parent, 'demo-2'));
  expect(existsSync(running.root)).toBe(true);
});

test('a demo that died without saying so does not', () => {
  const died = claimLayout(parent, 'demo');
  writeFileSync(join(died.root, 'pid'), OTHER_PROCESS);
  expect(claimLayout(parent, 'demo', () => false).root).toBe(died.root);
});
