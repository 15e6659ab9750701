import type { Socket } from 'node:net';
import { VirtualClock } from '@silverback/clock';
import { connect, largePayload, payloadOf, serve, stopAll, until } from './testing/fake-kong.ts';

afterEach(stopAll);

const flags = { checkHash: true, flattenErrors: true };
const status = JSON.stringify({
  configuration_hash: '0'.repeat(32),
  memory: { workers_lua_vms: [{ pid: 7 }] },
});

test('a connection made beforehand is the one that carries the upload', async () => {
  const seen: { method: string | undefined; socket: Socket }[] = [];
  const port = await serve((request, response) => {
    seen.push({ method: request.method, socket: request.socket });
    request.resume();
    request.on('end', () => response.writeHead(request.method === 'POST' ? 201 : 200).end(status));
  });
  const client = connect(port);
  await client.connect();
  await client.connect();
  await client.sendConfiguration(payloadOf([Buffer.from('{}')]), flags);
  expect(seen.map(({ method }) => method)).toEqual(['GET', 'POST']);
  expect(seen[0]?.socket).toBe(seen[1]?.socket);
});

test('a proxy that accepts connections and says nothing is not ready for an upload', async () => {
  const clock = new VirtualClock();
  let asked = false;
  const port = await serve(() => (asked = true));
  const connecting = connect(port, { clock }).connect();
  const failing = expect(connecting).rejects.toMatchObject({ code: 'AdminAnswerTimedOut' });
  await until(() => asked);
  await clock.advance(10_000);
  await failing;
});

test('an upload ends, and never arrives completely, once it may not go on', async () => {
  let received = 0;
  let broken = false;
  const port = await serve((request) => {
    request.on('data', (piece: Buffer) => (received += piece.length));
    request.on('error', () => (broken = true));
  });
  const payload = largePayload(100);
  let slices = 0;
  let sent = false;
  const pushing = connect(port).sendConfiguration(payload, {
    ...flags,
    maySend: () => ++slices < 100,
    onSent: () => (sent = true),
  });
  await expect(pushing).rejects.toMatchObject({ code: 'AdminRequestAborted' });
  await until(() => broken);
  expect([sent, slices]).toEqual([false, 100]);
  expect(received).toBeLessThan(payload.byteLength);
});

test('connections are named while both stand, and never by the same name again', async () => {
  const sockets: Socket[] = [];
  const port = await serve((request, response) => {
    sockets.push(request.socket);
    response.end(status);
  });
  const client = connect(port);
  await client.status();
  expect(client.standing()).toBeUndefined();
  await client.connect();
  const name = client.standing();
  expect(name).toEqual(expect.any(String));
  await client.status();
  await client.connect();
  expect(client.standing()).toBe(name);
  sockets.at(0)?.destroy();
  await until(() => client.standing() === undefined);
  await client.status();
  expect(client.standing()).toEqual(expect.any(String));
  expect(client.standing()).not.toBe(name);
});

test('a connection that the proxy closes while it is idle is told', async () => {
  const sockets: Socket[] = [];
  const port = await serve((request, response) => {
    sockets.push(request.socket);
    response.end(status);
  });
  const client = connect(port);
  let told = 0;
  client.onDisconnect(() => (told += 1));
  await client.status();
  expect(told).toBe(0);
  sockets[0]?.end();
  await until(() => told > 0);
  await client.status();
  expect(sockets[1]).not.toBe(sockets[0]);
  sockets[1]?.resetAndDestroy();
  await until(() => told > 1);
  expect(told).toBe(2);
});

test('a connection that the client itself ends is not told', async () => {
  let closed = false;
  const port = await serve((request, response) => {
    request.socket.on('close', () => (closed = true));
    response.end(status);
  });
  const client = connect(port);
  let told = 0;
  client.onDisconnect(() => (told += 1));
  await client.status();
  await client.close();
  await until(() => closed);
  expect(told).toBe(0);
});
