import type { CodeTable } from '../definition.ts';

export const settingsCodes = {} as const satisfies CodeTable;
