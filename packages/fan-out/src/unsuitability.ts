import type { NodeInformation } from '@silverback/kong-admin';
import type { SessionReason } from './events.ts';

/** The Kong versions that are supported: from this minor version on, within this major one. */
const SUPPORTED = { major: 3, minor: 4 } as const;

/** Why a proxy cannot be given a configuration of ours, or undefined if it can. */
export function unsuitability(information: NodeInformation | undefined): SessionReason | undefined {
  if (information === undefined) return undefined;
  if (information.database !== 'off') {
    return { code: 'ProxyHasDatabase', message: `its database setting is "${information.database}"` };
  }
  if (!isSupported(information.version)) {
    return {
      code: 'ProxyVersionUnsupported',
      message: `its version is "${information.version}"; supported is 3.4 or later, before 4`,
    };
  }
  return undefined;
}

/** Versions look like `3.9.3`, those of Kong Enterprise like `3.9.0.1-enterprise-edition`. */
function isSupported(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)(?:[.-]|$)/.exec(version) ?? [];
  return Number(major) === SUPPORTED.major && Number(minor) >= SUPPORTED.minor;
}
