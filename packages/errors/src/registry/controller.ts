import type { CodeTable } from '../definition.ts';

export const controllerCodes = {} as const satisfies CodeTable;
