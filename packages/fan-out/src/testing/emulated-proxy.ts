import { SystemClock } from '@silverback/clock';
import { AdminClient } from '@silverback/kong-admin';
import { type EmulatorOptions, type KongEmulator, startKongEmulator } from '@silverback/kong-emulator';
import type { Payload } from '@silverback/kong-configuration';
import { createTestPki } from '@silverback/test-certificates';
import { createIdentity } from '@silverback/transport-security';
import { FanOut, type FanOutEvent, type FanOutTiming } from '../index.ts';
import { payloadOf } from '../testing.ts';

const SERVER_NAME = 'kong-admin.kong.svc';
/** Short, so that a test sees the waits pass on the machine's own clock. */
const TIMING: Partial<FanOutTiming> = {
  statusInterval: 50,
  outcomeInterval: 50,
  retryMin: 50,
  retryMax: 100,
  refusedRetryMin: 60_000,
  driftRetryMin: 60_000,
  paceFactor: 0,
};
const LONGEST_WAIT_MS = 20_000;

const pki = await createTestPki({ serverNames: [SERVER_NAME] });
const ends: (() => Promise<void>)[] = [];

/** Ends everything that a test has started. */
export async function endAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

/** Lets everything run until the condition holds; fails if it never does. */
export async function until(condition: () => boolean, what: () => unknown = () => ''): Promise<void> {
  const start = performance.now();
  while (!condition()) {
    if (performance.now() - start > LONGEST_WAIT_MS)
      throw new Error(`what was waited for did not come: ${JSON.stringify(what())}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const SLICE = 65_536;

/** A configuration as it comes from a fleet: in slices of 64 KiB. */
export function slicedPayload(configuration: object): Payload {
  const payload = payloadOf(JSON.stringify(configuration));
  const bytes = Buffer.concat(payload.segments);
  const count = Math.ceil(bytes.length / SLICE);
  const segments = Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * SLICE, (index + 1) * SLICE),
  );
  return { ...payload, segments };
}

interface Variant {
  readonly emulator?: EmulatorOptions;
  readonly timing?: Partial<FanOutTiming>;
  readonly mayPush?: () => boolean;
  /** With a certificate that the proxy does not know. */
  readonly isStranger?: boolean;
}

/** A session for an emulated Kong behind mutual TLS, with the real client and the machine's own clock. */
export async function startProxy({ emulator, timing, mayPush, isStranger = false }: Variant = {}) {
  const adminTls = { ...pki.server, clientCa: pki.ca.certificate };
  const proxy: KongEmulator = await startKongEmulator({ adminTls, ...emulator });
  ends.push(() => proxy.close());
  const client = isStranger ? await pki.otherCa.issueClient('stranger') : pki.client;
  const identity = createIdentity(
    { ca: pki.ca.certificate, certificate: client.certificate, key: client.key },
    { generation: 1, now: new Date() },
  );
  const clock = new SystemClock();
  const events: FanOutEvent[] = [];
  const fanOut = new FanOut({
    clock,
    timing: { ...TIMING, ...timing },
    ...(mayPush && { mayPush }),
    onEvent: (event) => events.push(event),
    connect: ({ protocol, host, port }) =>
      new AdminClient({
        protocol,
        host,
        port,
        clock,
        serverName: SERVER_NAME,
        access: () => ({ generation: 1, identity, headers: {} }),
      }),
  });
  ends.push(() => fanOut.stop());
  const { hostname: host, port } = new URL(proxy.adminUrl);
  const key = `${host}:${port}`;
  fanOut.setMembers([{ key, name: key, protocol: 'https', host, port: Number(port), origin: 'static' }]);
  const session = () => fanOut.session(key);
  return {
    proxy,
    fanOut,
    events,
    key,
    session,
    /** Desires a configuration and gives its hash. */
    desire: (configuration: object, options = {}): string => {
      const payload = slicedPayload(configuration);
      fanOut.setDesired(key, payload, options);
      return payload.hash;
    },
    /** Waits for a state, with this reason where one is given. */
    reaches: (state: string, reason?: string) =>
      until(
        () => session()?.state === state && (reason === undefined || session()?.reason?.code === reason),
        () => ({ session: session(), pushes: proxy.pushes }),
      ),
    /** What became of the pushes. */
    results: () => events.flatMap((event) => (event.type === 'pushed' ? [event] : [])),
  };
}
