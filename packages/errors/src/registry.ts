import { adminApiCodes } from './registry/admin-api.ts';
import { assemblyCodes } from './registry/assembly.ts';
import { controllerCodes } from './registry/controller.ts';
import { discoveryCodes } from './registry/discovery.ts';
import { fleetCodes } from './registry/fleet.ts';
import { kubernetesCodes } from './registry/kubernetes.ts';
import { manifestsCodes } from './registry/manifests.ts';
import { settingsCodes } from './registry/settings.ts';
import { translationCodes } from './registry/translation.ts';
import { transportSecurityCodes } from './registry/transport-security.ts';

/** The tables by area, in the order of the generated reference. */
export const CODES_BY_AREA = {
  settings: settingsCodes,
  manifests: manifestsCodes,
  kubernetes: kubernetesCodes,
  translation: translationCodes,
  assembly: assemblyCodes,
  'transport security': transportSecurityCodes,
  'Admin API': adminApiCodes,
  discovery: discoveryCodes,
  fleet: fleetCodes,
  controller: controllerCodes,
} as const;

/** Every code of the product. A code never changes its meaning and is never used again for another. */
export const CODES = {
  ...settingsCodes,
  ...manifestsCodes,
  ...kubernetesCodes,
  ...translationCodes,
  ...assemblyCodes,
  ...transportSecurityCodes,
  ...adminApiCodes,
  ...discoveryCodes,
  ...fleetCodes,
  ...controllerCodes,
} as const;

/** A stable code from the registry. */
export type Code = keyof typeof CODES;
