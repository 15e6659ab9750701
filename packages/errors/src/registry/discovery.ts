import type { CodeTable } from '../definition.ts';

export const discoveryCodes = {
  DiscoveryBackendDuplicate: {
    kind: 'error',
    summary: 'Two discovery backends have the same name.',
    advice: 'Give the backend of your module another name.',
  },
  DiscoveryServiceMissing: {
    kind: 'error',
    summary:
      'The Service whose endpoints are the proxies of a fleet is not there; the proxies known before are kept.',
    advice: 'Create the Service, or correct `endpoints.service` of the fleet.',
  },
  DiscoveryPortMissing: {
    kind: 'error',
    summary:
      'The Service of a fleet has endpoints, but none with a port of the Admin API; the proxies known before are kept.',
    advice: 'Name the port of the Admin API in `endpoints.portNames` or `endpoints.portNumbers`.',
  },
} as const satisfies CodeTable;
