import type { CodeTable } from '../definition.ts';

export const fleetCodes = {
  ProxyHasDatabase: {
    kind: 'error',
    summary: 'The node runs with a database, so it has no declarative configuration to replace.',
    advice: 'Start the proxy with database=off, or take it out of the fleet.',
  },
  ProxyVersionUnsupported: {
    kind: 'error',
    summary: 'The Kong version of the proxy is outside the supported range, so it is left alone.',
    advice: 'Use Kong Gateway 3.4 or later, before 4.',
  },
  NotOneProxy: {
    kind: 'error',
    summary: 'Several proxies answer in turn at the address of one.',
    advice:
      'Name each proxy by its own address (discovery by endpoints or by DNS SRV) instead of a Service or load balancer. If there is only one, it restarts again and again: look at its log.',
  },
  NotLeader: {
    kind: 'error',
    summary: 'Another replica of the controller leads, or this one has lost its lease: it sends nothing.',
    advice: 'Nothing to do if another replica leads; otherwise look at the Lease and at the API server.',
  },
  ForeignWriter: {
    kind: 'error',
    summary: 'Something else keeps replacing the configuration of the proxy.',
    advice: 'Find the other client of its Admin API (another controller, decK, a script) and stop it.',
  },
  HashNotReproducible: {
    kind: 'error',
    summary: 'The proxy accepts the configuration but reports another hash than that of the bytes it got.',
    advice:
      'Look for something between controller and proxy that rewrites bodies, or for an unknown Kong version.',
  },
  ConfigurationRefused: {
    kind: 'error',
    summary: 'Kong refused the configuration.',
    advice: 'Read the message: it is in the words of Kong. Mend the resource that it names.',
  },
  OddProxy: {
    kind: 'error',
    summary:
      'This proxy refuses a configuration that has been accepted by others of its fleet, or by itself before.',
    advice:
      'Compare its version, plugins and settings with those of the other proxies. What it refuses is in the message; where no other proxy is left, that is held.',
  },
  ConfigurationExceedsBodyLimit: {
    kind: 'error',
    summary: 'The configuration is larger than the body that the Admin API of the proxy takes.',
    advice:
      'Raise nginx_admin_client_max_body_size and nginx_admin_client_body_buffer_size on the proxy, both to the same value.',
  },
  ConfigurationNearsSizeLimit: {
    kind: 'error',
    summary: 'The configuration is near to the largest that the proxy takes, as far as that is known.',
    advice:
      'Raise nginx_admin_client_max_body_size and nginx_admin_client_body_buffer_size on the proxy, both to the same value, and lmdb_map_size with them.',
  },
  ConfigurationExceedsDatabase: {
    kind: 'error',
    summary: 'The configuration does not fit into the LMDB database of the proxy.',
    advice: 'Raise lmdb_map_size on the proxy.',
  },
  ProxyBusy: {
    kind: 'error',
    summary: 'The proxy is busy with another configuration, or is going down.',
    advice: 'Nothing to do: it is tried again after the time that the proxy asks for.',
  },
  OutcomeUnknown: {
    kind: 'error',
    summary: 'A configuration was handed over completely, but what became of it is not known.',
    advice:
      'Nothing to do: the proxy is watched until its hash tells. If it stays, look at the log of the proxy.',
  },
  StateUnreadable: {
    kind: 'error',
    summary: 'A file of the state directory cannot be used.',
    advice: 'Mend its permissions, or delete it: then Kong is asked again about what it refused.',
  },
  StateUnwritable: {
    kind: 'error',
    summary: 'The state directory cannot be written.',
    advice: 'Make it writable for the controller, and see that there is room; until then a restart forgets.',
  },
  PayloadShrunk: {
    kind: 'problem',
    summary:
      'Right after the resources were read anew (a start, a relist, a change of CRDs) more than half of the routes are gone.',
    advice:
      'See whether the source is complete. If they were deleted on purpose, wait a minute, or set shrinkGuard to off.',
  },
  SourceIncomplete: {
    kind: 'problem',
    summary:
      'A part of the source has never been read since the start, so resources may be missing from it, and others may say something else for want of them.',
    advice:
      'Solve the problem of the source, such as a file that can not be parsed; until then the named resources stay as they were before.',
  },
  ResourceRefused: {
    kind: 'problem',
    summary: 'Kong refuses an entity that this resource yields.',
    advice:
      'Mend the resource as the message says; the next change of it is tried at once, the same form after a while (heldRetry).',
  },
  ConfigurationInconsistent: {
    kind: 'problem',
    summary:
      'Kong says that the configuration has something twice that must be unique, or refers to something that it does not have. This is a bug of Silverback, not of the resource.',
    advice:
      'Report it with the message and the resource. Until it is mended the resource is held back; another name or value in it may help.',
  },
  RefusalNamesNothing: {
    kind: 'problem',
    summary: 'Kong refuses the configuration without naming an entity of it.',
    advice:
      'Undo the last change, or read the message: everything that changed since the last accepted state is held back.',
  },
} as const satisfies CodeTable;
