import type { CodeTable } from '../definition.ts';

export const manifestsCodes = {} as const satisfies CodeTable;
