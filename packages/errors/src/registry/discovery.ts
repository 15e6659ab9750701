import type { CodeTable } from '../definition.ts';

export const discoveryCodes = {
  DiscoveryBackendDuplicate: {
    kind: 'error',
    summary: 'Two discovery backends have the same name.',
    advice: 'Give the backend of your module another name.',
  },
  DiscoveryModuleUnusable: {
    kind: 'error',
    summary: 'A module that the settings name cannot be loaded, or exports no discovery backend.',
    advice:
      'Correct the path in `modules`, which starts from the directory of the settings file; the module’s default export is the backend.',
  },
  DiscoveryBackendFailed: {
    kind: 'error',
    summary: 'A discovery backend of a module failed, or does not report; the proxies known before are kept.',
    advice: 'Ask the author of the module.',
  },
  DiscoveryReportInvalid: {
    kind: 'error',
    summary:
      'A discovery backend of a module reports what is not allowed; the proxies known before are kept.',
    advice: 'Ask the author of the module.',
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
  DnsNameNotFound: {
    kind: 'error',
    summary: 'DNS knows no such name (NXDOMAIN); the proxies known before are kept.',
    advice: 'Check the spelling of `dnsSrv.name`, and the search domains if it has no final dot.',
  },
  DnsNameRefused: {
    kind: 'error',
    summary: 'The DNS servers refuse to answer for the name; the proxies known before are kept.',
    advice: 'Check that the resolvers are there for this name: servers refuse names outside of their zones.',
  },
  DnsServerFailure: {
    kind: 'error',
    summary: 'A DNS server answered that it cannot answer; the proxies known before are kept.',
    advice: 'Look at the log of the DNS server that is named.',
  },
  DnsTimeout: {
    kind: 'error',
    summary: 'A DNS server did not answer in time; the proxies known before are kept.',
    advice: 'Check that the DNS server runs, and that no network policy stands between.',
  },
  DnsUnreachable: {
    kind: 'error',
    summary: 'A DNS server cannot be reached; the proxies known before are kept.',
    advice: 'Check `dnsSrv.resolvers` or /etc/resolv.conf, and that the server also listens on TCP.',
  },
  DnsAnswerInvalid: {
    kind: 'error',
    summary:
      'A DNS server sent something that is no answer to the question; the proxies known before are kept.',
    advice: 'Look for a proxy or firewall that changes DNS traffic.',
  },
  DnsResolversUnknown: {
    kind: 'error',
    summary: 'The DNS servers of the machine are not known.',
    advice: 'Name them in `dnsSrv.resolvers`, or make /etc/resolv.conf readable.',
  },
  ProxyListUnreadable: {
    kind: 'error',
    summary: 'The file that lists the proxies of a fleet cannot be read; the proxies known before are kept.',
    advice: 'Check `static.file` of the fleet, and the permissions of the file.',
  },
  ProxyListInvalid: {
    kind: 'error',
    summary: 'The file that lists the proxies of a fleet has a mistake; the proxies known before are kept.',
    advice: 'Mend the list at the places that are named.',
  },
} as const satisfies CodeTable;
