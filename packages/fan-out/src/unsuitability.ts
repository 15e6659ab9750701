import type { NodeInformation } from '@silverback/kong-admin';
import type { SessionReason } from './events.ts';

/** Why a proxy cannot be given a configuration of ours, or undefined if it can. */
export function unsuitability(information: NodeInformation | undefined): SessionReason | undefined {
  if (information === undefined) return undefined;
  if (information.database !== 'off') {
    return { code: 'ProxyHasDatabase', message: `its database setting is "${information.database}"` };
  }
  if (information.routerFlavor === 'expressions') {
    return {
      code: 'RouterFlavorUnsupported',
      message:
        'its router flavour is "expressions"; supported are "traditional_compatible" and "traditional"',
    };
  }
  return undefined;
}
