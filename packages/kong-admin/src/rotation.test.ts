import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { VirtualClock } from '@silverback/clock';
import { IdentityKeeper, type Credentials } from '@silverback/transport-security';
import { makeAuthority, type Issued } from '@silverback/transport-security/testing';
import { connect, largePayload, listen, stopAll, until } from './testing/fake-kong.ts';

const oldCa = await makeAuthority('old CA');
const newCa = await makeAuthority('new CA');
const names = { ip: ['127.0.0.1'] };
const flags = { checkHash: true, flattenErrors: true };

let keeper: IdentityKeeper;
afterEach(async () => {
  await keeper.stop();
  await stopAll();
});

/** A keeper of credentials that the test replaces. */
async function keep(first: Credentials) {
  const clock = new VirtualClock(new Date());
  let held = first;
  keeper = new IdentityKeeper({
    source: { description: 'the test', read: () => Promise.resolve(held) },
    clock,
    serverName: '127.0.0.1',
    caOverlapMs: 60_000,
    pollMs: 10_000,
  });
  await keeper.start();
  return async (change: Partial<Credentials>): Promise<void> => {
    held = { ...held, ...change };
    await clock.advance(11_000);
  };
}

/** An Admin API that insists on client certificates and tokens, and remembers by whom it was asked on which connection. */
async function startProxy(issued: Issued, tokens: Set<string>) {
  const seen = {
    certificates: new Set<string>(),
    tokens: new Set<string>(),
    openSockets: new Set<TLSSocket>(),
  };
  const holds: (() => void)[] = [];
  let holding = false;
  const server: Server = createServer(
    { cert: issued.certificate, key: issued.key, ca: oldCa.pem, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const token = String(request.headers['kong-admin-token']);
      seen.certificates.add(socket.getPeerCertificate().serialNumber);
      seen.tokens.add(token);
      const answer = (): void => {
        if (!tokens.has(token)) response.writeHead(401).end('{}');
        else if (request.method === 'GET') response.end(`{"configuration_hash":"${'0'.repeat(32)}"}`);
        else response.writeHead(201).end('{}');
      };
      request.resume().on('end', () => {
        if (holding && request.method === 'POST') holds.push(answer);
        else answer();
      });
    },
  );
  server.on('secureConnection', (socket) => {
    seen.openSockets.add(socket);
    socket.on('close', () => seen.openSockets.delete(socket));
  });
  const port = await listen(server);
  return {
    port,
    seen,
    tokens,
    holds,
    hold: (): void => void (holding = true),
    release: (): void => {
      holding = false;
      for (const answer of holds.splice(0)) answer();
    },
    present: (next: Issued, ca: string): void => {
      server.setSecureContext({ cert: next.certificate, key: next.key, ca });
    },
  };
}

test('certificate, CA and token are replaced while requests run, and none fails', async () => {
  const first = await oldCa.issue({});
  const proxy = await startProxy(await oldCa.issue(names), new Set(['one']));
  const change = await keep({ ca: oldCa.pem, ...first, token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  const done = { status: 0, push: 0 };
  let running = true;
  const repeat = async (kind: keyof typeof done, request: () => Promise<unknown>): Promise<void> => {
    while (running) {
      await request();
      done[kind] += 1;
    }
  };
  const payload = largePayload(8);
  const loops = Promise.all([
    repeat('status', () => client.status()),
    repeat('push', () => client.sendConfiguration(payload, flags)),
  ]);
  /** Lets requests of both kinds begin and end, or fails with the one that failed. */
  const someRequests = async (): Promise<void> => {
    const goal = { status: done.status + 3, push: done.push + 3 };
    await Promise.race([until(() => done.status >= goal.status && done.push >= goal.push), loops]);
  };

  await someRequests();
  const second = await oldCa.issue({});
  await change(second);
  await someRequests();

  // The bundle comes before the proxy's certificate: the CA that the bundle no longer holds is still trusted.
  await change({ ca: newCa.pem });
  await someRequests();
  proxy.present(await newCa.issue(names), `${oldCa.pem}\n${newCa.pem}`);
  const third = await newCa.issue({});
  await change(third);
  await someRequests();

  proxy.tokens.add('two');
  await change({ token: 'two' });
  await someRequests();
  proxy.tokens.delete('one');
  await someRequests();
  running = false;
  await loops;

  const serials = [first, second, third].map(
    ({ certificate }) => new X509Certificate(certificate).serialNumber,
  );
  expect([...proxy.seen.certificates].sort()).toEqual(serials.sort());
  expect([...proxy.seen.tokens]).toEqual(['one', 'two']);
  await until(() => proxy.seen.openSockets.size === 2);
});

test('a push under way finishes on its connection, which ends then; a new one does not wait for it', async () => {
  const proxy = await startProxy(await oldCa.issue(names), new Set(['one', 'two']));
  const change = await keep({ ca: oldCa.pem, ...(await oldCa.issue({})), token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  proxy.hold();
  const slow = client.sendConfiguration(largePayload(4), flags);
  await until(() => proxy.holds.length === 1);
  await change({ ...(await oldCa.issue({})), token: 'two' });
  await client.status();
  expect(proxy.seen.openSockets.size).toBe(2);
  const [answerSlow] = proxy.holds.splice(0);
  const fast = client.sendConfiguration(largePayload(4), flags);
  await until(() => proxy.holds.length === 1);
  proxy.release();
  expect(await fast).toMatchObject({ type: 'accepted' });
  answerSlow?.();
  expect(await slow).toMatchObject({ type: 'accepted' });
  await until(() => proxy.seen.openSockets.size === 2);
});

test('a push that is refused because its token was just replaced goes again with the new one', async () => {
  const proxy = await startProxy(await oldCa.issue(names), new Set(['one']));
  const change = await keep({ ca: oldCa.pem, ...(await oldCa.issue({})), token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  proxy.hold();
  let sent = 0;
  const pushing = client.sendConfiguration(largePayload(4), { ...flags, onSent: () => (sent += 1) });
  await until(() => proxy.holds.length === 1);
  proxy.tokens.delete('one');
  proxy.tokens.add('two');
  await change({ token: 'two' });
  proxy.release();
  expect(await pushing).toMatchObject({ type: 'accepted' });
  expect(sent).toBe(1);
});

test('a token that is wrong without having been replaced is tried once', async () => {
  const proxy = await startProxy(await oldCa.issue(names), new Set(['other']));
  await keep({ ca: oldCa.pem, ...(await oldCa.issue({})), token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  await expect(client.status()).rejects.toMatchObject({ code: 'AdminAuthenticationFailed' });
});

test('closing ends requests of an old generation too', async () => {
  const proxy = await startProxy(await oldCa.issue(names), new Set(['one', 'two']));
  const change = await keep({ ca: oldCa.pem, ...(await oldCa.issue({})), token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  proxy.hold();
  const failing = expect(client.sendConfiguration(largePayload(4), flags)).rejects.toMatchObject({
    code: 'AdminClientClosed',
  });
  await until(() => proxy.holds.length === 1);
  await change({ token: 'two' });
  await client.status();
  await client.close();
  await failing;
  await until(() => proxy.seen.openSockets.size === 0);
});

test('the connections of replaced credentials stand no longer', async () => {
  const proxy = await startProxy(await oldCa.issue(names), new Set(['one', 'two']));
  const change = await keep({ ca: oldCa.pem, ...(await oldCa.issue({})), token: 'one' });
  const client = connect(proxy.port, { protocol: 'https', access: keeper.current });
  await Promise.all([client.status(), client.connect()]);
  expect(client.standing()).toEqual(expect.any(String));
  await change({ token: 'two' });
  expect(client.standing()).toBeUndefined();
});
