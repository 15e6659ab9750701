import { SystemClock } from '@silverback/clock';
import { Fleet, sameForAll, type FleetEvent } from '@silverback/fleet';
import { AdminClient } from '@silverback/kong-admin';
import { createAccess, type AdminAccess } from '@silverback/transport-security';
import { memberAt } from '../members.ts';
import { SERVER_NAME, type ReceiverFarm } from '../receivers/farm.ts';
import { ChangingFragments } from './fragments.ts';

interface Waiting {
  readonly keys: ReadonlySet<string>;
  readonly isEnough: (held: string | undefined) => boolean;
  readonly resolve: () => void;
}

/** A fleet over a farm of receivers, and what each of them is known to hold. */
export class FleetUnderTest {
  /** Told every event. */
  onEvent: (event: FleetEvent) => void = () => undefined;
  readonly #fleet: Fleet;
  readonly #fragments: ChangingFragments;
  readonly #held = new Map<string, string>();
  #wanted = '';
  #changedAt = 0;
  #waiting: Waiting | undefined;

  /** @param access - asked before each request; the farm's own client certificate unless given */
  constructor(farm: ReceiverFarm, megabytes: number, access: () => AdminAccess = accessTo(farm)) {
    const clock = new SystemClock();
    this.#fragments = new ChangingFragments(megabytes);
    this.#fleet = new Fleet({
      name: 'benchmark',
      clock,
      connect: ({ protocol, host, port }) => new AdminClient({ protocol, host, port, access, clock }),
      onEvent: (event) => {
        this.#hear(event);
        this.onEvent(event);
      },
    });
  }

  /** Sets the members by the ports of their receivers. */
  setMembers(ports: readonly number[]): void {
    this.#fleet.setMembers(ports.map(memberAt));
  }

  /** Another configuration is wanted from now on; the first call wants the first one. */
  change(): void {
    this.#changedAt = performance.now();
    // What it is called is known when it has been composed.
    this.#wanted = '';
    this.#fragments.change();
    this.#fleet.setTranslation(sameForAll(this.#fragments.current), []);
  }

  /** These receivers have lost what they held. */
  forget(ports: readonly number[]): void {
    for (const port of ports) this.#held.delete(memberAt(port).key);
  }

  /**
   * Waits until these receivers hold what is wanted, whatever that is by then.
   *
   * @returns the time since the last change, in ms
   */
  async untilHeld(ports: readonly number[]): Promise<number> {
    await this.#until(ports, (held) => held === this.#wanted);
    return performance.now() - this.#changedAt;
  }

  /** Waits until these receivers hold any configuration. */
  async untilConfigured(ports: readonly number[]): Promise<void> {
    await this.#until(ports, (held) => held !== undefined);
  }

  async stop(): Promise<void> {
    await this.#fleet.stop();
  }

  #hear(event: FleetEvent): void {
    if (event.type === 'candidate') {
      this.#wanted = event.payload.hash;
    } else if (event.type === 'pushed' && (event.result === 'accepted' || event.result === 'unchanged')) {
      this.#held.set(event.proxy.key, event.payload.hash);
      this.#settle();
    }
  }

  #until(ports: readonly number[], isEnough: Waiting['isEnough']): Promise<void> {
    const keys = new Set(ports.map((port) => memberAt(port).key));
    return new Promise((resolve) => {
      this.#waiting = { keys, isEnough, resolve };
      this.#settle();
    });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    for (const key of waiting.keys) if (!waiting.isEnough(this.#held.get(key))) return;
    this.#waiting = undefined;
    waiting.resolve();
  }
}

function accessTo({ pki }: ReceiverFarm): () => AdminAccess {
  const { ca, client } = pki;
  const credentials = { ca: ca.certificate, certificate: client.certificate, key: client.key };
  const access = createAccess(credentials, { generation: 1, now: new Date(), serverName: SERVER_NAME });
  return () => access;
}
