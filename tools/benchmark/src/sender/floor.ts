import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payload } from '@silverback/kong-configuration';
import { createConnector, createIdentity } from '@silverback/transport-security';
import { Client } from 'undici';
import { randomPayload } from '../payload.ts';
import { UPLOADS } from './concurrency.ts';
import type { SendReport, SendTask } from './protocol.ts';
import { SETTLE_MS, SMALL_BYTES } from './small.ts';
import { UsageMeter } from './usage.ts';

/**
 * The least that a push to all can cost: the same slices, clients and receivers, and nothing but a loop over undici. As in
 * our code, a place is free for the next upload after the last slice, not after the answer.
 */
export async function sendFloor(task: SendTask): Promise<SendReport> {
  const clients = openClients(task);
  const small = randomPayload(SMALL_BYTES, task.seed + 1);
  const payload = randomPayload(task.bytes, task.seed);
  await pushToAll(clients, small, () => undefined);
  await sleep(SETTLE_MS);
  const meter = await UsageMeter.start();
  const timesMs: number[] = [];
  await pushToAll(clients, payload, () => timesMs.push(performance.now() - meter.startedAt));
  const report = { timesMs, ...meter.stop() };
  await Promise.all(clients.map((client) => client.destroy()));
  return report;
}

function openClients({ ports, tls, serverName }: SendTask): Client[] {
  const identity = createIdentity(tls, { generation: 1, now: new Date(), serverName });
  return ports.map(
    (port) =>
      new Client(`https://127.0.0.1:${port}`, {
        allowH2: false,
        pipelining: 1,
        keepAliveTimeout: 60_000,
        headersTimeout: 0,
        bodyTimeout: 0,
        connect: createConnector({ identity, host: '127.0.0.1', port, timeoutMs: 60_000 }),
      }),
  );
}

async function pushToAll(clients: readonly Client[], payload: Payload, onAnswer: () => void): Promise<void> {
  const answers: Promise<void>[] = [];
  let next = 0;
  const upload = async (): Promise<void> => {
    for (let client = clients[next++]; client !== undefined; client = clients[next++]) {
      const here = client;
      await new Promise<void>((resolve, reject) => {
        const answer = push(here, payload, resolve).then(onAnswer);
        answers.push(answer);
        answer.then(resolve, reject);
      });
    }
  };
  await Promise.all(Array.from({ length: UPLOADS }, upload));
  await Promise.all(answers);
}

async function push(client: Client, payload: Payload, onSent: () => void): Promise<void> {
  const { statusCode, body } = await client.request({
    path: '/config?check_hash=1&flatten_errors=1',
    method: 'POST',
    headers: { 'content-type': 'text/yaml', 'content-length': String(payload.byteLength) },
    // undici takes any iterable; its types name only streams, which would read ahead.
    body: slices(payload, onSent) as unknown as Readable,
  });
  await body.dump({ limit: Number.MAX_SAFE_INTEGER });
  if (statusCode !== 201) throw new Error(`a receiver answered ${statusCode}`);
}

function* slices({ segments }: Payload, onSent: () => void): Generator<Uint8Array> {
  for (const [index, segment] of segments.entries()) {
    if (index === segments.length - 1) onSent();
    yield segment;
  }
}
