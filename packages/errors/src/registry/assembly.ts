import type { CodeTable } from '../definition.ts';

export const assemblyCodes = {} as const satisfies CodeTable;
