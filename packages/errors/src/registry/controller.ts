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
  DebugAddressUnavailable: {
    kind: 'error',
    summary: 'The debug server cannot listen at its address.',
    advice: 'Choose another debug.address, or end what uses it.',
  },
  PkiFileExists: {
    kind: 'error',
    summary: 'A file that would be written is there already.',
    advice: 'Choose another directory with --out, or remove the file if nobody needs it any more.',
  },
  PkiFileUnwritable: {
    kind: 'error',
    summary: 'A file or directory cannot be written.',
    advice: 'Check the permissions of the directory, or choose another one with --out.',
  },
  InternalError: {
    kind: 'error',
    summary: 'Something happened that should not: a mistake in Silverback.',
    advice: 'Report it with the log.',
  },
} as const satisfies CodeTable;
