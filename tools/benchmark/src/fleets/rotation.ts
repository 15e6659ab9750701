import { setTimeout as sleep } from 'node:timers/promises';
import { SystemClock } from '@silverback/clock';
import type { FleetEvent } from '@silverback/fleet';
import { createTestCa, type KeyPair, type TestCa } from '@silverback/test-certificates';
import { IdentityKeeper, type Credentials, type CredentialSource } from '@silverback/transport-security';
import type { Progress } from '../progress.ts';
import { ReceiverFarm, SERVER_NAME } from '../receivers/farm.ts';
import { FleetUnderTest } from './fleet-under-test.ts';
import type { Findings, ScenarioOptions } from './scenario.ts';

const ROLLS = 2;
const PUSH_EVERY_MS = 1_000;
/** How long each step of a roll lasts: some pushes. */
const STEP_MS = 4_000;

/** All that a roll replaces. */
interface Secrets {
  readonly ca: TestCa;
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly token: string;
}

/** Credentials that are replaced while they are in use, as files would be. */
class RolledSource implements CredentialSource {
  readonly description = 'the credentials of the benchmark';
  #credentials: Credentials;
  #onChange: () => void = () => undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  roll(credentials: Credentials): void {
    this.#credentials = credentials;
    this.#onChange();
  }

  read(): Promise<Credentials> {
    return Promise.resolve(this.#credentials);
  }

  watch(onChange: () => void): () => void {
    this.#onChange = onChange;
    return () => {
      this.#onChange = () => undefined;
    };
  }
}

/**
 * A configuration changes every second while CA, certificates and token are replaced twice, in the order in which it is
 * done without an interruption: proxies take old and new, then the controller has the new ones only, then proxies show
 * and take the new ones only.
 */
export async function runRotation(options: ScenarioOptions, progress: Progress): Promise<Findings> {
  const farm = await ReceiverFarm.start({ count: options.proxies });
  let secrets = await newSecrets('0');
  const source = new RolledSource(credentialsOf(secrets));
  const keeper = new IdentityKeeper({ source, clock: new SystemClock(), serverName: SERVER_NAME });
  await accept(farm, secrets, [secrets]);
  await keeper.start();
  const fleet = new FleetUnderTest(farm, options.megabytes, keeper.current);
  const ended = new AbortController();
  try {
    await farm.behave({ manners: 'good', applyMs: options.applyMs });
    fleet.change();
    fleet.setMembers(farm.ports);
    await fleet.untilHeld(farm.ports);

    const seen = { pushes: 0, failedPushes: 0, unreachable: 0 };
    fleet.onEvent = (event) => {
      count(event, seen);
    };
    const changing = changeUntil(ended.signal, fleet);
    for (let roll = 1; roll <= ROLLS; roll += 1) {
      progress.say(`roll ${roll} of ${ROLLS}`);
      const next = await newSecrets(String(roll));
      await accept(farm, secrets, [secrets, next]);
      await sleep(STEP_MS);
      source.roll(credentialsOf(next));
      await sleep(STEP_MS);
      await accept(farm, next, [next]);
      await sleep(STEP_MS);
      secrets = next;
    }
    ended.abort();
    const changes = await changing;
    await fleet.untilHeld(farm.ports);
    const { generation } = keeper.report();
    return {
      figures: { changes, generation, ...seen },
      targets: [
        { what: 'no push fails', met: seen.failedPushes === 0 },
        { what: 'no proxy becomes unreachable', met: seen.unreachable === 0 },
        { what: 'every roll was taken over', met: generation === ROLLS + 1 },
      ],
    };
  } finally {
    ended.abort();
    await fleet.stop();
    await keeper.stop();
    await farm.stop();
  }
}

/** Returns how many changes there were. */
async function changeUntil(ended: AbortSignal, fleet: FleetUnderTest): Promise<number> {
  let changes = 0;
  while (!ended.aborted) {
    fleet.change();
    changes += 1;
    await sleep(PUSH_EVERY_MS);
  }
  return changes;
}

function count(event: FleetEvent, seen: { pushes: number; failedPushes: number; unreachable: number }): void {
  if (event.type === 'state-changed' && event.to === 'unreachable') seen.unreachable += 1;
  if (event.type !== 'pushed') return;
  seen.pushes += 1;
  if (event.result !== 'accepted' && event.result !== 'unchanged') seen.failedPushes += 1;
}

async function newSecrets(name: string): Promise<Secrets> {
  const ca = await createTestCa(`CA ${name}`);
  const [server, client] = await Promise.all([ca.issueServer([SERVER_NAME]), ca.issueClient('silverback')]);
  return { ca, server, client, token: `token-${name}` };
}

function credentialsOf({ ca, client, token }: Secrets): Credentials {
  return { ca: ca.certificate, certificate: client.certificate, key: client.key, token };
}

/** @param shown - whose certificate proxies show; clients with any of `taken` are let in */
async function accept(farm: ReceiverFarm, shown: Secrets, taken: readonly Secrets[]): Promise<void> {
  const { certificate, key } = shown.server;
  await farm.secure({ certificate, key, clientCa: taken.map(({ ca }) => ca.certificate).join('\n') });
  await farm.acceptTokens(taken.map(({ token }) => token));
}
