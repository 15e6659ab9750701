import type { CodeTable } from '../definition.ts';

export const controllerCodes = {
  UsageMistake: {
    kind: 'error',
    summary: 'The command line is not understood.',
    advice: 'see silverback --help',
  },
  HealthAddressUnavailable: {
    kind: 'error',
    summary: 'The health server cannot listen at its address.',
    advice: 'choose another health.address, or end what uses it',
  },
  InternalError: {
    kind: 'error',
    summary: 'Something happened that should not: a mistake in Silverback.',
    advice: 'report it with the log',
  },
} as const satisfies CodeTable;
