import type { CodeTable } from '../definition.ts';

export const fleetCodes = {
  ProxyHasDatabase: {
    kind: 'error',
    summary: 'The node runs with a database, so it has no declarative configuration to replace.',
    advice: 'Start the proxy with database=off, or take it out of the fleet.',
  },
  RouterFlavorUnsupported: {
    kind: 'error',
    summary: 'The router flavour of the proxy cannot carry the routes of this version.',
    advice: 'Set router_flavor=traditional_compatible on the proxy.',
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
    summary: 'This proxy refuses a configuration that others of its fleet accept.',
    advice: 'Compare its version, plugins and settings with those of the other proxies.',
  },
  ConfigurationExceedsBodyLimit: {
    kind: 'error',
    summary: 'The configuration is larger than the body that the Admin API of the proxy takes.',
    advice:
      'Raise nginx_admin_client_max_body_size and nginx_admin_client_body_buffer_size on the proxy, both to the same value.',
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
  ResourceRefused: {
    kind: 'problem',
    summary: 'Kong refuses an entity that this resource yields.',
    advice: 'Mend the resource as the message says; the next change of it is tried again at once.',
  },
  RefusalNamesNothing: {
    kind: 'problem',
    summary: 'Kong refuses the configuration without naming an entity of it.',
    advice:
      'Undo the last change, or read the message: everything that changed since the last accepted state is held back.',
  },
} as const satisfies CodeTable;
