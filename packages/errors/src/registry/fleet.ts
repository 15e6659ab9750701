import type { CodeTable } from '../definition.ts';

export const fleetCodes = {} as const satisfies CodeTable;
