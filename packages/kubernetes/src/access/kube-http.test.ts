import { VirtualClock } from '@silverback/clock';
import { TestApiServer } from '../testing/api-server.ts';
import type { ApiCredentials } from './api-credentials.ts';
import { KubeHttp } from './kube-http.ts';

let server: TestApiServer;
let http: KubeHttp;
let clock: VirtualClock;
/** What was asked of the credentials: whether the last ones had been refused. */
let asked: boolean[];
beforeEach(async () => {
  server = new TestApiServer();
  server.serve('v1', ['services']);
  clock = new VirtualClock();
  asked = [];
  const address: ApiCredentials = await server.start();
  const credentials: ApiCredentials = {
    current: async (wasRefused = false) => {
      asked.push(wasRefused);
      const headers = { authorization: `Bearer ${asked.length}` };
      return { ...(await address.current()), headers };
    },
  };
  http = new KubeHttp({ clock, credentials });
});
afterEach(async () => {
  await http.close();
  await server.stop();
});

const get = () => http.json({ path: '/api/v1' });

test('credentials are used for ten seconds, and then asked for again', async () => {
  await get();
  await clock.advance(9_999);
  await get();
  await clock.advance(1);
  await get();
  expect(server.requests.map(({ authorization }) => authorization)).toEqual([
    'Bearer 1',
    'Bearer 1',
    'Bearer 2',
  ]);
  expect(asked).toEqual([false, false]);
});

test('credentials that are refused are not used again', async () => {
  server.intercept = ({ authorization }) =>
    authorization === 'Bearer 1' ? { status: 401, message: 'Unauthorized' } : undefined;
  await expect(get()).rejects.toMatchObject({ code: 'KubernetesRefused', status: 401 });
  await get();
  await get();
  expect(asked).toEqual([false, true]);
});

test('many that are refused at once ask once', async () => {
  server.intercept = ({ authorization }) =>
    authorization === 'Bearer 1' ? { status: 401, message: 'Unauthorized' } : undefined;
  await Promise.allSettled([get(), get(), get()]);
  await Promise.all([get(), get(), get()]);
  expect(asked).toEqual([false, true]);
});

test('after a connection that failed, credentials are asked for again', async () => {
  server.afterwards = () => true;
  const body = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } };
  await expect(http.json({ method: 'POST', path: '/api/v1/services', body })).rejects.toMatchObject({
    code: 'KubernetesUnreachable',
  });
  await get();
  expect(asked).toEqual([false, false]);
});
