import type { CodeTable } from '../definition.ts';

export const controllerCodes = {
  UsageMistake: {
    kind: 'error',
    summary: 'The command line is not understood.',
    advice: 'See silverback --help.',
  },
  HealthAddressUnavailable: {
    kind: 'error',
    summary: 'The health server cannot listen at its address.',
    advice: 'Choose another health.address, or end what uses it.',
  },
  InternalError: {
    kind: 'error',
    summary: 'Something happened that should not: a mistake in Silverback.',
    advice: 'Report it with the log.',
  },
} as const satisfies CodeTable;
