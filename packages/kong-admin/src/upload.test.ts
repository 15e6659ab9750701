import { createHash } from 'node:crypto';
import { VirtualClock } from '@silverback/clock';
import { connect, largePayload, payloadOf, serve, stopAll, until } from './testing/fake-kong.ts';

afterEach(stopAll);

const flags = { checkHash: true, flattenErrors: true };

test('all bytes arrive as one text/yaml body of known length, and onSent comes once', async () => {
  let seen = {};
  const port = await serve((request, response) => {
    const digest = createHash('md5');
    let length = 0;
    request.on('data', (piece: Buffer) => {
      digest.update(piece);
      length += piece.length;
    });
    request.on('end', () => {
      const {
        'content-type': type,
        'content-length': announced,
        'transfer-encoding': coding,
      } = request.headers;
      seen = { url: request.url, type, announced, coding, length, md5: digest.digest('hex') };
      response.writeHead(201).end('{}');
    });
  });
  const segments = Array.from({ length: 100 }, (_, index) => Buffer.alloc(65_536, String(index)));
  const payload = payloadOf(segments);
  let sent = 0;
  const outcome = await connect(port).sendConfiguration(payload, { ...flags, onSent: () => (sent += 1) });
  expect(outcome.type).toBe('accepted');
  expect(sent).toBe(1);
  expect(seen).toEqual({
    url: '/config?check_hash=1&flatten_errors=1',
    type: 'text/yaml',
    announced: String(payload.byteLength),
    coding: undefined,
    length: payload.byteLength,
    md5: createHash('md5').update(Buffer.concat(segments)).digest('hex'),
  });
});

test.each([
  [{ checkHash: true, flattenErrors: false }, '/config?check_hash=1'],
  [{ checkHash: false, flattenErrors: true }, '/config?flatten_errors=1'],
  [{ checkHash: false, flattenErrors: false }, '/config'],
])('the flags %j ask for %s', async (chosen, url) => {
  let seen: string | undefined;
  const port = await serve((request, response) => {
    seen = request.url;
    request.resume();
    response.writeHead(304).end();
  });
  expect(await connect(port).sendConfiguration(payloadOf([Buffer.from('{}')]), chosen)).toMatchObject({
    type: 'unchanged',
  });
  expect(seen).toBe(url);
});

test('an upload that is given up before its last slice never arrives completely', async () => {
  const abort = new AbortController();
  let received = 0;
  let broken = false;
  const port = await serve((request) => {
    request.on('data', (piece: Buffer) => {
      received += piece.length;
      abort.abort();
    });
    request.on('error', () => (broken = true));
  });
  let sent = false;
  const payload = largePayload(2000);
  const pushing = connect(port).sendConfiguration(payload, {
    ...flags,
    signal: abort.signal,
    onSent: () => (sent = true),
  });
  await expect(pushing).rejects.toMatchObject({ code: 'AdminRequestAborted' });
  await until(() => broken);
  expect(sent).toBe(false);
  expect(received).toBeLessThan(payload.byteLength);
});

test('nothing is sent once the signal is aborted', async () => {
  let connections = 0;
  const port = await serve(() => (connections += 1));
  const pushing = connect(port).sendConfiguration(largePayload(2), { ...flags, signal: AbortSignal.abort() });
  await expect(pushing).rejects.toMatchObject({ code: 'AdminRequestAborted' });
  expect(connections).toBe(0);
});

test('after the last slice the signal aborts nothing', async () => {
  const abort = new AbortController();
  const port = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      abort.abort();
      response.writeHead(201).end('{}');
    });
  });
  const outcome = await connect(port).sendConfiguration(largePayload(3), { ...flags, signal: abort.signal });
  expect(outcome.type).toBe('accepted');
});

test('an upload that is not read any more is ended as stalled', async () => {
  const clock = new VirtualClock();
  let paused = false;
  const port = await serve((request) => {
    request.once('data', () => {
      request.pause();
      paused = true;
    });
  });
  let ended = false;
  let sent = false;
  const pushing = connect(port, { clock })
    .sendConfiguration(largePayload(2000), { ...flags, onSent: () => (sent = true) })
    .finally(() => (ended = true));
  const failing = expect(pushing).rejects.toMatchObject({ code: 'AdminUploadStalled' });
  await until(() => paused);
  await until(() => {
    void clock.advance(100);
    return ended;
  });
  await failing;
  expect(sent).toBe(false);
  expect(clock.pendingTimers).toBe(0);
});

test('an upload that goes on and on has an end', async () => {
  const clock = new VirtualClock();
  let isPaused = false;
  const port = await serve((request) => {
    request.once('data', () => {
      request.pause();
      isPaused = true;
    });
  });
  const timeouts = { stallMs: 3_600_000, uploadMs: 60_000 };
  let failure: unknown;
  let sent = false;
  const pushing = connect(port, { clock, timeouts })
    .sendConfiguration(largePayload(2000), { ...flags, onSent: () => (sent = true) })
    .catch((error: unknown) => (failure = error));
  await until(() => isPaused);
  await clock.advance(59_999);
  expect(failure).toBeUndefined();
  await clock.advance(1);
  await pushing;
  expect([failure, sent]).toMatchObject([{ code: 'AdminAnswerTimedOut' }, false]);
});

test('a sent configuration without an answer is waited for as long as Kong may apply it', async () => {
  const clock = new VirtualClock();
  let received = false;
  const port = await serve((request) => {
    request.resume();
    request.on('end', () => (received = true));
  });
  const client = connect(port, { clock, timeouts: { applyMs: 60_000 } });
  let failure: unknown;
  const pushing = client.sendConfiguration(largePayload(2), flags).catch((error: unknown) => {
    failure = error;
  });
  await until(() => received);
  await clock.advance(59_999);
  expect(failure).toBeUndefined();
  await clock.advance(1);
  await pushing;
  expect(failure).toMatchObject({ code: 'AdminAnswerTimedOut' });
});

test('a connection that breaks during the upload has not handed over', async () => {
  const port = await serve((request) => {
    request.once('data', () => request.socket.destroy());
  });
  let sent = false;
  const pushing = connect(port).sendConfiguration(largePayload(2000), {
    ...flags,
    onSent: () => (sent = true),
  });
  await expect(pushing).rejects.toMatchObject({ code: 'ConnectionReset' });
  expect(sent).toBe(false);
});

test('undici asking for the last slice of a broken connection does not count as handed over', async () => {
  const port = await serve((request) => {
    request.once('data', () => request.socket.destroy());
  });
  let sent = false;
  const payload = payloadOf([Buffer.alloc(64 * 1024 * 1024), Buffer.from('the end')]);
  const pushing = connect(port).sendConfiguration(payload, { ...flags, onSent: () => (sent = true) });
  await expect(pushing).rejects.toMatchObject({ code: 'ConnectionReset' });
  expect(sent).toBe(false);
});

test('a 201 that is far too long costs the connection, not the outcome', async () => {
  let closed = false;
  const port = await serve((request, response) => {
    request.resume();
    response.writeHead(201);
    const piece = Buffer.alloc(64 * 1024);
    const fill = (): void => {
      while (!closed && response.write(piece));
    };
    response.on('drain', fill);
    response.on('close', () => (closed = true));
    fill();
  });
  const client = connect(port, { limits: { discardedBytes: 1024 } });
  expect(await client.sendConfiguration(largePayload(1), flags)).toMatchObject({ type: 'accepted' });
  await until(() => closed);
});

test('a 201 of several times the request leaves the connection usable', async () => {
  const ports = new Set<number | undefined>();
  const port = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    request.resume();
    request.on('end', () => response.writeHead(201).end(Buffer.alloc(3 * 10 * 64 * 1024, ' ')));
  });
  const client = connect(port, { limits: { discardedBytes: 0 } });
  for (let times = 0; times < 2; times += 1) await client.sendConfiguration(largePayload(10), flags);
  expect(ports.size).toBe(1);
});

test('a 201 that trickles is thrown away for a bounded time only', async () => {
  const clock = new VirtualClock();
  let answered = false;
  const port = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(201);
      response.write('{', () => (answered = true));
    });
  });
  const pushing = connect(port, { clock }).sendConfiguration(largePayload(1), flags);
  await until(() => answered);
  await until(() => clock.pendingTimers === 1);
  let outcome: unknown;
  void pushing.then((result) => (outcome = result));
  while (outcome === undefined) await clock.advance(1000);
  expect(outcome).toMatchObject({ type: 'accepted' });
});

test('a large 201 may take its time while it keeps coming, and is cut once it comes too slowly', async () => {
  const clock = new VirtualClock();
  let write: (bytes: number) => void = () => undefined;
  let written = 0;
  let isClosed = false;
  const port = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(201);
      response.on('close', () => (isClosed = true));
      write = (bytes) => void response.write(Buffer.alloc(bytes, 'x'), () => (written += bytes));
      write(1);
    });
  });
  const limits = { discardFloorBytes: 1000 };
  const timeouts = { discardMs: 5_000 };
  const pushing = connect(port, { clock, limits, timeouts }).sendConfiguration(largePayload(1), flags);
  let outcome: unknown;
  void pushing.then((result) => (outcome = result));
  await until(() => written === 1 && clock.pendingTimers === 1);
  for (let times = 1; times <= 20; times += 1) {
    write(2000);
    await until(() => written === 1 + times * 2000);
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    await clock.advance(5_000);
  }
  expect([outcome, isClosed]).toEqual([undefined, false]);
  write(500);
  await clock.advance(5_000);
  await until(() => outcome !== undefined && isClosed);
  expect(outcome).toMatchObject({ type: 'accepted' });
});

test('a configuration is sent while a status is being waited for', async () => {
  let release = (): void => undefined;
  const port = await serve((request, response) => {
    request.resume();
    if (request.url === '/status') {
      release = () => response.end(JSON.stringify({ configuration_hash: '0'.repeat(32) }));
    } else {
      response.writeHead(201).end('{}', () => {
        release();
      });
    }
  });
  const client = connect(port);
  const status = client.status();
  expect(await client.sendConfiguration(largePayload(1), flags)).toMatchObject({ type: 'accepted' });
  expect((await status).configurationHash).toBe('0'.repeat(32));
});

test('an early answer counts although the upload is not over', async () => {
  const port = await serve((_request, response) => {
    response.writeHead(413, { 'content-type': 'text/html', connection: 'close' });
    response.end('<html><head><title>413 Request Entity Too Large</title></head></html>');
  });
  const outcome = await connect(port).sendConfiguration(largePayload(400), flags);
  expect(outcome).toEqual({ type: 'too-large', limit: 'body', message: '413 Request Entity Too Large' });
});

test('the connection is used again after an answer', async () => {
  const ports = new Set<number | undefined>();
  const port = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    request.resume();
    request.on('end', () => response.writeHead(201).end('x'.repeat(200_000)));
  });
  const client = connect(port);
  await client.sendConfiguration(largePayload(2), flags);
  await client.sendConfiguration(largePayload(2), flags);
  expect(ports.size).toBe(1);
});
