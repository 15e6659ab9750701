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
    summary: 'A plugin that something asks for is not there or cannot be programmed.',
    advice:
      'Create the KongPlugin or solve its problems; until then what asks for it is not served without it.',
  },
  PluginTypeRepeated: {
    kind: 'problem',
    summary: 'Something asks for two KongPlugins of the same type for one place, of which Kong accepts one.',
    advice: 'Keep one of the two KongPlugins there.',
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
  ConsumerNameTaken: {
    kind: 'problem',
    summary: 'An older resource already gives a consumer with this username or custom_id.',
    advice: 'Rename one of the two consumers: the names are shared by all namespaces.',
  },
  ConsumerGroupNameTaken: {
    kind: 'problem',
    summary: 'An older resource already gives a group of consumers with this name.',
    advice: 'Rename one of the two groups: the names are shared by all namespaces.',
  },
  ConsumerGroupNotProgrammed: {
    kind: 'problem',
    summary:
      'A group that a consumer names is not there or cannot be programmed. If its plugins are the reason the consumer is left out.',
    advice: 'Create the KongConsumerGroup in the namespace of the consumer, or solve its problems.',
  },
  CredentialNotProgrammed: {
    kind: 'problem',
    summary: 'A Secret that a consumer names as a credential is not there or holds none that can be used.',
    advice: 'Create the Secret with the label `konghq.com/credential`, or solve its problems.',
  },
  CredentialTaken: {
    kind: 'problem',
    summary: 'An older consumer already has a credential that Kong cannot tell from this one.',
    advice: 'Give each consumer a key or name of its own.',
  },
  GlobalPluginTaken: {
    kind: 'problem',
    summary: 'An older KongClusterPlugin already gives the plugin of this type for all requests.',
    advice: 'Keep one KongClusterPlugin of a type with the label `global`.',
  },
  VaultPrefixTaken: {
    kind: 'problem',
    summary: 'An older KongVault already has this prefix.',
    advice: 'Choose another prefix for one of the two.',
  },
  LicenseReplaced: {
    kind: 'problem',
    summary: 'A newer KongLicense is used.',
    advice: 'Delete the licence that is not used any more, or disable it.',
  },
  CustomEntityTaken: {
    kind: 'problem',
    summary: 'An older resource already gives an entity of the same type and ID.',
    advice: 'Remove one of the two resources, or its `id`.',
  },
  CustomEntityTypeReserved: {
    kind: 'problem',
    summary: 'A KongCustomEntity is of a type that has a resource of its own.',
    advice: 'Use that resource, as in KongPlugin for a plugin.',
  },
} as const satisfies CodeTable;
