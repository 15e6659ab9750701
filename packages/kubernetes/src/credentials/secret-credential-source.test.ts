import { SystemClock, VirtualClock, type Clock } from '@silverback/clock';
import { KubeHttp } from '../access/kube-http.ts';
import { TestApiServer } from '../testing/api-server.ts';
import { advanceUntil } from '../testing/turns.ts';
import { SecretCredentialSource } from './secret-credential-source.ts';

const SECRETS = '/api/v1/secrets';

let server: TestApiServer;
let https: KubeHttp[];

beforeEach(() => {
  server = new TestApiServer();
  https = [];
});

afterEach(async () => {
  await Promise.all(https.map((http) => http.close()));
  await server.stop();
});

async function sourceOf(needsCa = true, clock: Clock = new SystemClock()): Promise<SecretCredentialSource> {
  const http = new KubeHttp({ credentials: await server.start(), clock });
  https.push(http);
  return new SecretCredentialSource({
    http,
    clock,
    namespace: 'kong',
    name: 'admin-client',
    needsCa,
    parseToken: (text) => text.trim(),
    random: () => 0,
  });
}

function secret(texts: Readonly<Record<string, string>>) {
  const data = Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'admin-client', namespace: 'kong' }, data };
}

test('what the Secret holds are the credentials', async () => {
  const source = await sourceOf();
  server.put(
    SECRETS,
    secret({ 'ca.crt': 'CA', 'tls.crt': 'leaf', 'tls.key': 'key', token: 't\n', more: 'x' }),
  );
  expect(await source.read()).toEqual({ ca: 'CA', certificate: 'leaf', key: 'key', token: 't' });
  expect(source.description).toBe('Secret kong/admin-client');
});

test('a change is told of and read from the watch, without another request', async () => {
  const source = await sourceOf();
  server.put(SECRETS, secret({ 'ca.crt': 'old' }));
  let changes = 0;
  const seen = Promise.withResolvers<undefined>();
  const end = source.watch(() => {
    changes += 1;
    if (changes === 2) seen.resolve(undefined);
  });
  await server.until(() => server.watches('/api/v1/namespaces/kong/secrets') === 1);
  server.put(SECRETS, secret({ 'ca.crt': 'new' }));
  await seen.promise;
  const requests = server.requests.length;
  expect(await source.read()).toEqual({ ca: 'new' });
  expect(server.requests).toHaveLength(requests);
  end();
});

test('a Secret that is not there, lacks a CA or may not be read says so', async () => {
  const source = await sourceOf();
  await expect(source.read()).rejects.toMatchObject({
    code: 'CredentialUnreadable',
    where: 'Secret kong/admin-client',
    message: expect.stringContaining('does not exist') as string,
  });
  server.put(SECRETS, secret({ token: 't' }));
  await expect(source.read()).rejects.toThrow('it has no ca.crt');
  server.intercept = () => ({ status: 403, message: 'secrets is forbidden' });
  await expect(source.read()).rejects.toThrow('secrets is forbidden');
});

test('an API server that is away is waited for', async () => {
  const clock = new VirtualClock();
  const source = await sourceOf(false, clock);
  server.put(SECRETS, secret({ token: 't' }));
  server.intercept = () => ({ status: 503, message: 'away' });
  const found: unknown[] = [];
  const reading = source.read().then((credentials) => found.push(credentials));
  await advanceUntil(clock, () => server.requests.length >= 3, 500);
  server.intercept = () => undefined;
  await advanceUntil(clock, () => found.length > 0, 500);
  await reading;
  expect(found).toEqual([{ token: 't' }]);
});
