import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '@silverback/clock';
import { loadBackends } from './discovery-backends.ts';
import { RunningSilverback } from './testing/running-silverback.ts';
import { silverback } from './testing/silverback.ts';
import { makeWorkspace, type Workspace } from './testing/workspace.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/discovery-backend/backend.mjs', import.meta.url));

let workspace: Workspace;
let endings: (() => Promise<unknown>)[];
beforeEach(() => {
  workspace = makeWorkspace();
  workspace.write('manifests/.keep', '');
  endings = [];
});
afterEach(async () => {
  for (const end of endings.reverse()) await end();
  workspace.close();
});

function writeSettings(modules: readonly string[], entry: object): string {
  return workspace.write(
    'silverback.yaml',
    JSON.stringify({
      modules,
      source: { directory: { path: 'manifests' } },
      health: { address: '127.0.0.1:0' },
      fleets: [{ name: 'edge', insecure: true, discovery: [entry] }],
    }),
  );
}

async function check(modules: readonly string[], entry: object): Promise<string[]> {
  const { stdout, stderr } = await silverback(['check-config', writeSettings(modules, entry)]);
  return [stdout, ...stderr.replaceAll(workspace.path, '').split('\n')].filter((line) => line !== '');
}

/** A server with a list of proxies that a test sets; null for an error. */
async function startRegistry(list: { proxies: string[] | null }): Promise<string> {
  const server: Server = createServer((_, response) => {
    response.statusCode = list.proxies === null ? 500 : 200;
    response.end(JSON.stringify(list.proxies));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/proxies`;
}

test('the example finds proxies, follows its list, and keeps them while the list fails', async () => {
  const list: { proxies: string[] | null } = { proxies: ['127.0.0.1:1', '127.0.0.1:2'] };
  const url = await startRegistry(list);
  const controller = new RunningSilverback(writeSettings([EXAMPLE], { httpList: { url, interval: '1s' } }));
  endings.push(() => controller.stop());
  await controller.line({ event: 'membership', origin: 'httpList', proxies: 2 });
  list.proxies = ['127.0.0.1:2'];
  await controller.line({ event: 'left', proxy: '127.0.0.1:1' });
  list.proxies = null;
  const failure = await controller.line({ event: 'source-failed', source: 'httpList' });
  expect(failure).toMatchObject({ code: 'HttpListFailed', reason: 'the server answers 500' });

  const [fleet] = JSON.parse((await controller.health('/fleets')).body) as [Record<string, unknown>];
  expect(fleet['sources']).toMatchObject([
    { source: 'httpList', members: 1, health: { state: 'failing', code: 'HttpListFailed' } },
  ]);
  const metrics = (await controller.health('/metrics')).body;
  expect(metrics).toContain('silverback_discovery_members{fleet="edge",source="httpList"} 1');
  expect(metrics).toMatch(
    /silverback_discovery_errors_total\{fleet="edge",source="httpList",code="other"\} [1-9]/,
  );
  list.proxies = [];
  await controller.line({ event: 'membership', proxies: 0 });
  expect(await controller.stop()).toBe(0);
});

test('the settings of the example are checked by itself', async () => {
  expect(await check([EXAMPLE], { httpList: { url: 'http://registry.example' } })).toEqual(['OK\n']);
  const lines = await check([EXAMPLE], { httpList: { url: 'ftp://x', intervall: 1 } });
  expect(lines.map((line) => line.split(': ').slice(1, 4).join(' '))).toEqual([
    'SettingInvalid /silverback.yaml fleets[0].discovery[0].httpList.intervall',
    'SettingInvalid /silverback.yaml fleets[0].discovery[0].httpList.url',
  ]);
});

test('modules that cannot be used are named, each', async () => {
  workspace.write('empty.mjs', 'export const backend = {};');
  workspace.write('wrong.mjs', 'export default { name: "wrong" };');
  workspace.write('syntax.mjs', 'export default {');
  workspace.write('throws.mjs', 'throw new Error("no licence");');
  workspace.write('taken.mjs', 'export default { name: "static", parseSettings() {}, create() {} };');
  const modules = ['none', 'empty', 'wrong', 'syntax', 'throws', 'taken'].map((name) => `./${name}.mjs`);
  const lines = await check(modules, { static: { proxies: [] } });
  expect(lines.map((line) => line.split(': ').slice(1, 4).join(' '))).toEqual([
    'DiscoveryModuleUnusable /silverback.yaml modules[0]',
    'DiscoveryModuleUnusable /silverback.yaml modules[1]',
    'DiscoveryModuleUnusable /silverback.yaml modules[2]',
    'DiscoveryModuleUnusable /silverback.yaml modules[3]',
    'DiscoveryModuleUnusable /silverback.yaml modules[4]',
    'DiscoveryBackendDuplicate /silverback.yaml modules[5]',
  ]);
  expect(lines[4]).toContain('/throws.mjs cannot be loaded: no licence');
});

test('a module that is never loaded to its end is named after ten seconds', async () => {
  const path = workspace.write('hangs.mjs', 'await new Promise(() => undefined); export default {};');
  const clock = new VirtualClock();
  const loading = loadBackends([{ place: 'modules[0]', path }], 'silverback.yaml', clock);
  await clock.advance(10_000);
  expect((await loading).issues).toEqual([
    {
      code: 'DiscoveryModuleUnusable',
      path: 'modules[0]',
      origin: 'silverback.yaml',
      message: `${path} cannot be loaded: it takes longer than 10000 ms`,
    },
  ]);
});

test('what a module leaves behind does not keep the process', async () => {
  workspace.write('stays.mjs', `setInterval(() => undefined, 1000);\n${readFileSync(EXAMPLE, 'utf8')}`);
  const list = { proxies: [] };
  const entry = { httpList: { url: await startRegistry(list) } };
  expect(await check(['./stays.mjs'], entry)).toEqual(['OK\n']);
  const controller = new RunningSilverback(writeSettings(['./stays.mjs'], entry));
  await controller.line({ event: 'started' });
  expect(await controller.stop()).toBe(0);
});
