import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '@silverback/clock';
import { FanOut, type FanOutEvent } from '@silverback/fan-out';
import { AdminClient } from '@silverback/kong-admin';
import type { Payload } from '@silverback/kong-configuration';
import { createAccess } from '@silverback/transport-security';
import { memberAt, type Member } from '../members.ts';
import { randomPayload } from '../payload.ts';
import type { SendReport, SendTask } from './protocol.ts';
import { SETTLE_MS, SMALL_BYTES } from './small.ts';
import { UsageMeter } from './usage.ts';

/** A push to all by our fan-out and Admin client, as the controller uses them. */
export async function sendOurs(task: SendTask): Promise<SendReport> {
  const { tls, serverName } = task;
  const clock = new SystemClock();
  const access = createAccess(tls, { generation: 1, now: new Date(), serverName });
  const members = task.ports.map(memberAt);
  let onEvent: (event: FanOutEvent) => void = () => undefined;
  const fanOut = new FanOut({
    clock,
    connect: ({ protocol, host, port }) =>
      new AdminClient({ protocol, host, port, access: () => access, clock }),
    onEvent: (event) => {
      onEvent(event);
    },
  });
  const allAre = (isDone: (event: FanOutEvent) => boolean, onDone: () => void): Promise<void> =>
    new Promise((resolve) => {
      const missing = new Set(members.map(({ key }) => key));
      onEvent = (event) => {
        if (!isDone(event) || !missing.delete(event.proxy.key)) return;
        onDone();
        if (missing.size === 0) resolve();
      };
    });
  const small = randomPayload(SMALL_BYTES, task.seed + 1);
  const payload = randomPayload(task.bytes, task.seed);

  const inSync = allAre(
    (event) => event.type === 'state-changed' && event.to === 'in-sync',
    () => undefined,
  );
  fanOut.setMembers(members);
  desire(fanOut, members, small);
  await inSync;
  await sleep(SETTLE_MS);
  await untilPaced(fanOut);

  const timesMs: number[] = [];
  const pushed = allAre(
    (event) => event.type === 'pushed' && event.result === 'accepted' && event.payload === payload,
    () => timesMs.push(performance.now() - meter.startedAt),
  );
  const meter = await UsageMeter.start();
  desire(fanOut, members, payload);
  await pushed;
  const report = { timesMs, ...meter.stop() };
  await fanOut.stop();
  return report;
}

function desire(fanOut: FanOut, members: readonly Member[], payload: Payload): void {
  for (const { key } of members) fanOut.setDesired(key, payload);
}

/** Pacing after the first payload is not what is measured. */
async function untilPaced(fanOut: FanOut): Promise<void> {
  await sleep(Math.max(...fanOut.sessions().map(({ lastApplyMs }) => lastApplyMs ?? 0)));
}
