import { VirtualClock } from '@silverback/clock';
import {
  FanOut,
  type FanOutEvent,
  type FanOutOptions,
  type FanOutTiming,
  type PinnedFacts,
} from '../index.ts';
import { payloadOf, SimulatedProxy } from '../testing.ts';

/** What an arrangement may differ in. */
interface Variant {
  readonly names?: readonly string[];
  readonly mayPush?: FanOutOptions['mayPush'];
  readonly mayRestore?: FanOutOptions['mayRestore'];
  readonly pins?: PinnedFacts;
}

/** A fan-out with simulated proxies as members, on a virtual clock; `proxy` is the first of them. */
export function arrange(
  timing: Partial<FanOutTiming> = {},
  { names = ['kong-1'], mayPush, mayRestore, pins = {} }: Variant = {},
) {
  const clock = new VirtualClock();
  const proxies = names.map((name) => new SimulatedProxy(name, clock));
  const events: FanOutEvent[] = [];
  const fanOut = new FanOut({
    clock,
    random: () => 0.5,
    timing,
    pins,
    ...(mayPush && { mayPush }),
    ...(mayRestore && { mayRestore }),
    connect: (member) => {
      const proxy = proxies.find(({ member: { host } }) => host === member.host);
      if (!proxy) throw new Error(`nobody is at ${member.key}`);
      return proxy.connect();
    },
    onEvent: (event) => events.push(event),
  });
  fanOut.setMembers(proxies.map(({ member }) => member));
  const [proxy] = proxies as [SimulatedProxy];
  const { key } = proxy.member;
  return {
    clock,
    proxies,
    proxy,
    fanOut,
    events,
    key,
    state: () => fanOut.session(key)?.state,
    reason: () => fanOut.session(key)?.reason?.code,
    desire: (text: string) => {
      fanOut.setDesired(key, payloadOf(text));
    },
  };
}
