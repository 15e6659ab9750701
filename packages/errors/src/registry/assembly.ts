import type { CodeTable } from '../definition.ts';

export const assemblyCodes = {
  ValueNotEncodable: {
    kind: 'error',
    summary: 'A value cannot be written as JSON that every proxy reads alike.',
    advice: 'Report this: the resource that it comes from should have been refused with a problem before.',
  },
  ServiceNotProgrammed: {
    kind: 'problem',
    summary: 'A route leads to a Kong service that is not programmed.',
    advice: 'Solve the problems of the Service that the route names.',
  },
  ServiceNameTaken: {
    kind: 'problem',
    summary: 'An older resource already gives a Kong service or upstream of this name.',
    advice: 'Rename one of the two resources, or remove one.',
  },
  ServiceHostAmbiguous: {
    kind: 'problem',
    summary: 'The host name of a Kong service is the name of the upstream of another one.',
    advice: 'Use another external name: Kong would send the requests to the endpoints of the other Service.',
  },
  RouteNameTaken: {
    kind: 'problem',
    summary: 'An older resource already gives a Kong route of this name.',
    advice: 'Rename one of the two resources.',
  },
  RouteMatchTaken: {
    kind: 'problem',
    summary: 'An older route matches the same requests in the same way.',
    advice: 'Change the host or the path of one of the two routes, or remove one.',
  },
  DefaultBackendTaken: {
    kind: 'problem',
    summary: 'An older resource already gives the default backend.',
    advice: 'Keep one resource with a default backend.',
  },
  PluginNotProgrammed: {
    kind: 'problem',
    summary: 'A plugin that a route or a service asks for is not there or cannot be programmed.',
    advice:
      'Create the KongPlugin or solve its problems; until then what asks for it is not served without it.',
  },
  PluginTypeRepeated: {
    kind: 'problem',
    summary: 'A route or a service asks for two KongPlugins of the same type, of which Kong accepts one.',
    advice: 'Keep one of the two KongPlugins on that route or service.',
  },
  PluginNameTaken: {
    kind: 'problem',
    summary: 'Another resource already gives a plugin of this name.',
    advice: 'Rename one of the two resources.',
  },
  CertificateNotProgrammed: {
    kind: 'problem',
    summary:
      'The Secret that is to give the certificate of a host is not there or holds none that can be used.',
    advice: 'Create the Secret with tls.crt and tls.key, or solve its problems.',
  },
  CertificateIdTaken: {
    kind: 'problem',
    summary: 'An older Secret already gives a certificate with the same ID and another content.',
    advice: 'Remove the uid from the manifests: two objects never have the same.',
  },
  SniTaken: {
    kind: 'problem',
    summary: 'An older resource already gives another certificate for this host.',
    advice: 'Name the same Secret for the host in both resources.',
  },
} as const satisfies CodeTable;
