import type { CodeTable } from '../definition.ts';

export const adminApiCodes = {} as const satisfies CodeTable;
