import type { Cancel, Clock } from '@silverback/clock';
import type { MembershipSnapshot, ProxyDiscovery, ProxyMember, SourceHealth } from './contract.ts';

/**
 * What several backends of one fleet know together: each address once. Where backends agree on an address, the member
 * of the first one counts (the order of the settings), and its `origin` names all of them, joined by commas.
 *
 * A backend that knows the pod behind an address has it in the key (`host:port#podUid`): then a member that names the
 * address only is the same proxy, and two pods that follow each other on one address stay two.
 *
 * @param snapshots - the latest of each backend, in the order of the settings
 * @returns a snapshot that is failing as soon as one backend is, else stale as soon as one is
 */
export function mergeSnapshots(snapshots: readonly MembershipSnapshot[]): MembershipSnapshot {
  const byAddress = Map.groupBy(
    snapshots.flatMap((snapshot) => snapshot.members),
    (member) => `${member.host} ${member.port}`,
  );
  return {
    origin: joinOrigins(snapshots),
    members: [...byAddress.values()].flatMap(mergeAddress).sort((a, b) => (a.key < b.key ? -1 : 1)),
    health: mergeHealth(snapshots),
  };
}

/** How long backends that have reported wait for others that have not, in ms. */
const FIRST_REPORTS_MS = 30_000;

/**
 * Several backends as one: it reports when the last of them has reported for the first time, and at each change since.
 * One that has nothing to say for half a minute (the API server is away) delays the proxies of the others no longer.
 */
export function mergeDiscoveries(discoveries: readonly ProxyDiscovery[], clock: Clock): ProxyDiscovery {
  let cancel: Cancel = () => undefined;
  return {
    async start(report) {
      const latest = new Map<number, MembershipSnapshot>();
      let isWaiting = true;
      const reportAll = (): void => {
        if (latest.size === discoveries.length) isWaiting = false;
        if (isWaiting) return;
        report(mergeSnapshots(discoveries.flatMap((_, index) => latest.get(index) ?? [])));
      };
      if (discoveries.length === 0) reportAll();
      cancel = clock.schedule(FIRST_REPORTS_MS, () => {
        if (!isWaiting) return;
        isWaiting = false;
        if (latest.size > 0) reportAll();
      });
      await Promise.all(
        discoveries.map((discovery, index) =>
          discovery.start((snapshot) => {
            latest.set(index, snapshot);
            reportAll();
          }),
        ),
      );
      cancel();
    },
    async stop() {
      cancel();
      await Promise.all(discoveries.map((discovery) => discovery.stop()));
    },
  };
}

function mergeAddress(members: readonly ProxyMember[]): ProxyMember[] {
  const keys = [...new Set(members.map((member) => member.key))];
  const pods = keys.filter(hasPod);
  return (pods.length > 0 ? pods : keys).flatMap((key) => {
    const same = members.filter((member) => member.key === key || !hasPod(member.key));
    const leaving = isLeaving(members.filter((member) => member.key === key));
    const first = same.find((member) => member.leaving !== true) ?? same[0];
    return first ? [{ ...first, key, origin: joinOrigins(same), ...(leaving && { leaving }) }] : [];
  });
}

/** Only who knows the key can know that it leaves; the others name an address. */
function isLeaving(members: readonly ProxyMember[]): boolean {
  return members.every((member) => member.leaving === true);
}

function hasPod(key: string): boolean {
  return key.includes('#');
}

function joinOrigins(sources: readonly { readonly origin: string }[]): string {
  return [...new Set(sources.map(({ origin }) => origin))].join(',');
}

function mergeHealth(snapshots: readonly MembershipSnapshot[]): SourceHealth {
  const states = snapshots.map(({ health }) => health);
  const worst = (['failing', 'stale'] as const).map((state) => states.find((one) => one.state === state));
  return worst.find((health) => health !== undefined) ?? { state: 'ok' };
}
