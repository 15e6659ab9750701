import { AdminClient } from '@silverback/kong-admin';
import type { Composition } from './container.ts';
import { CLOCK, CONNECT, FLEET_IDENTITIES } from './tokens.ts';

export function registerKongAdmin(composition: Composition): void {
  composition.provide(
    CONNECT,
    (resolve) => (fleet) => (member) =>
      new AdminClient({
        protocol: member.protocol,
        host: member.host,
        port: member.port,
        clock: resolve(CLOCK),
        timeouts: { applyMs: fleet.adminApi.applyTimeout },
        livenessPath: fleet.adminApi.livenessPath,
        access: resolve(FLEET_IDENTITIES).of(fleet.name).current,
        ...(member.serverName !== undefined && { serverName: member.serverName }),
      }),
  );
}
