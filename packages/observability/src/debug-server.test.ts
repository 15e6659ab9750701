import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DebugServerOptions, type RunningServer, startDebugServer } from './index.ts';

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(views: DebugServerOptions['views']): Promise<string> {
  server = await startDebugServer({
    host: '127.0.0.1',
    port: 0,
    views,
    onError: (error) => {
      throw error;
    },
  });
  return `http://127.0.0.1:${server.port}`;
}

test('each view has its path and gets the query', async () => {
  const url = await start({ configuration: (query) => ({ fleet: query.get('fleet') }) });
  const response = await fetch(`${url}/debug/configuration?fleet=edge`);
  expect([response.status, await response.json()]).toEqual([200, { fleet: 'edge' }]);
});

test('what is not there is not found, and other paths say which there are', async () => {
  const url = await start({ configuration: () => undefined });
  expect((await fetch(`${url}/debug/configuration`)).status).toBe(404);
  const response = await fetch(`${url}/debug/heap`);
  expect([response.status, await response.json()]).toEqual([
    404,
    { error: 'not found', paths: ['/debug/configuration'] },
  ]);
});

test('an address in use is an error with its own code', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = other.address() as AddressInfo;
  const started = startDebugServer({ host: '127.0.0.1', port, views: {}, onError: () => undefined });
  await expect(started).rejects.toMatchObject({ code: 'DebugAddressUnavailable' });
  other.close();
});
