import type { CodeTable } from '../definition.ts';

export const discoveryCodes = {} as const satisfies CodeTable;
