import { AdminClient } from '@silverback/kong-admin';
import type { Composition } from './container.ts';
import { CLOCK, CONNECT, FLEET_ACCESS } from './tokens.ts';

export function registerKongAdmin(composition: Composition): void {
  composition.provide(CONNECT, (resolve) => (fleet) => (member) => {
    const { identity, token } = resolve(FLEET_ACCESS).get(fleet.name) ?? {};
    return new AdminClient({
      protocol: member.protocol,
      host: member.host,
      port: member.port,
      clock: resolve(CLOCK),
      livenessPath: fleet.adminApi.livenessPath,
      ...(identity && { identity }),
      ...(token !== undefined && { token }),
      ...(member.serverName !== undefined && { serverName: member.serverName }),
    });
  });
}
