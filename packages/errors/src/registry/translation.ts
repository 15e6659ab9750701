import type { CodeTable } from '../definition.ts';

export const translationCodes = {} as const satisfies CodeTable;
