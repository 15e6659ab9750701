import type { CodeTable } from '../definition.ts';

export const transportSecurityCodes = {} as const satisfies CodeTable;
