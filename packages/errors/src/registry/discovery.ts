import type { CodeTable } from '../definition.ts';

export const discoveryCodes = {
  DiscoveryBackendDuplicate: {
    kind: 'error',
    summary: 'Two discovery backends have the same name.',
    advice: 'Give the backend of your module another name.',
  },
} as const satisfies CodeTable;
