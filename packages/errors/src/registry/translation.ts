import type { CodeTable } from '../definition.ts';

export const translationCodes = {
  ManifestFieldInvalid: {
    kind: 'problem',
    summary: 'A field of a resource has a value that cannot be used.',
    advice: 'Correct the field as the message says.',
  },
  IngressPathInvalid: {
    kind: 'problem',
    summary: 'A path of an Ingress is not one that Kong can match.',
    advice: 'Let the path begin with `/`, or with the marker of regular expressions and `/`.',
  },
  IngressBackendUnsupported: {
    kind: 'problem',
    summary: 'A backend of an Ingress is not a Service.',
    advice: 'Name a Service as the backend.',
  },
  ServiceNotFound: {
    kind: 'problem',
    summary: 'A backend names a Service that does not exist.',
    advice: 'Create the Service, or correct its name; both must be in one namespace.',
  },
  ServicePortNotFound: {
    kind: 'problem',
    summary: 'A backend names a port that its Service does not have.',
    advice: 'Name a port of the Service by its number or name.',
  },
  StreamListenerMissing: {
    kind: 'problem',
    summary: 'A TCPIngress or UDPIngress names a port on which proxies do not listen.',
    advice: 'Add the port to `stream_listen` of the proxies (with `udp` for UDP), or name one that is there.',
  },
  ClassParametersNotFound: {
    kind: 'problem',
    summary: 'An IngressClass names parameters that do not exist, or that are of a kind that is not read.',
    advice:
      'Create the IngressClassParameters, or correct `spec.parameters` of the IngressClass; the scope must be `Namespace`.',
  },
  AnnotationInvalid: {
    kind: 'problem',
    summary: 'An annotation has a value that cannot be used.',
    advice: 'Correct the value as the message says.',
  },
  AnnotationNotSupported: {
    kind: 'problem',
    summary: 'An annotation is known, but not supported yet.',
    advice: 'Remove the annotation, or configure the proxy in another way, such as a plugin.',
  },
  AnnotationUnknown: {
    kind: 'problem',
    summary: 'An annotation of Kong has no effect on the resource on which it stands.',
    advice: 'Check its spelling, and whether it belongs on another kind of resource.',
  },
  TagInvalid: {
    kind: 'problem',
    summary: 'A tag is reserved or holds characters that Kong does not take.',
    advice: 'Choose a tag that does not begin with `k8s-` and holds no `/`.',
  },
  UpstreamTlsImpossible: {
    kind: 'problem',
    summary: 'A Service asks for protection of the connection to its pods that its protocol cannot have.',
    advice:
      'Set the annotation `konghq.com/protocol` to `https`, or remove the annotation for the protection.',
  },
  UpstreamVerificationShared: {
    kind: 'problem',
    summary:
      'Kong may use a connection to the pods of a Service again that was opened without verifying them.',
    advice:
      'Set `upstream_keepalive_pool_size = 0` on the proxies, or give the Service pods that no other Service reaches.',
  },
  UpstreamPolicyNotFound: {
    kind: 'problem',
    summary: 'A Service names a KongUpstreamPolicy or KongIngress that does not exist.',
    advice: 'Create it in the namespace of the Service, or correct its name.',
  },
  UpstreamPolicyInvalid: {
    kind: 'problem',
    summary: 'A KongUpstreamPolicy or KongIngress has a value that Kong would refuse.',
    advice: 'Correct the field as the message says.',
  },
  UpstreamPolicyNotSupported: {
    kind: 'problem',
    summary: 'A proxy cannot do what a KongUpstreamPolicy asks for.',
    advice: 'Run the version of Kong that the message names, or choose another algorithm.',
  },
  CaCertificateInvalid: {
    kind: 'problem',
    summary: 'A Secret or ConfigMap with the label for CA certificates holds none that Kong would take.',
    advice: 'Give it a UUID as `id` and exactly one PEM certificate of an authority as `cert`.',
  },
  CaCertificateExpired: {
    kind: 'problem',
    summary: 'A CA certificate has expired. Proxies would refuse a whole configuration that holds it.',
    advice: 'Put its successor into the Secret or ConfigMap; what was left out comes back at once.',
  },
  VaultPrefixInvalid: {
    kind: 'problem',
    summary: 'A KongVault has a prefix that proxies would refuse.',
    advice: 'Create it again with another prefix, as in `my-env`, and name that one in references.',
  },
  FunctionPluginReplaced: {
    kind: 'problem',
    summary: 'A function plugin of a route takes the place of the one of its Service.',
    advice: 'Put both functions into one plugin, and let the route ask for that one.',
  },
  PluginReferenceNotPermitted: {
    kind: 'problem',
    summary: 'A plugin of another namespace is asked for without permission.',
    advice:
      'Create a ReferenceGrant in the namespace of the KongPlugin, or the KongPlugin in that of the resource.',
  },
  KongPluginInvalid: {
    kind: 'problem',
    summary: 'A KongPlugin is not valid.',
    advice: 'Correct the field as the message says.',
  },
  PluginSecretNotFound: {
    kind: 'problem',
    summary: 'A plugin takes its configuration from a Secret or a key that does not exist.',
    advice: 'Create the Secret with the key, or correct their names.',
  },
  PluginConfigInvalid: {
    kind: 'problem',
    summary: 'What a Secret gives cannot be the configuration of a plugin, or a part of it.',
    advice: 'Put JSON into the key, or YAML for a whole configuration; text in a patch needs quotes.',
  },
  ResourceInvalid: {
    kind: 'problem',
    summary: 'A resource of one of the kinds of Kong is not valid.',
    advice: 'Correct the field as the message says.',
  },
  CredentialTypeUnknown: {
    kind: 'problem',
    summary: 'A Secret that a consumer names as a credential does not say of which type it is.',
    advice: 'Set the label `konghq.com/credential` to the type, as in `key-auth`.',
  },
  CredentialInvalid: {
    kind: 'problem',
    summary: 'A credential lacks a field, or has one that Kong would refuse.',
    advice: 'Correct the key of the Secret that the problem names.',
  },
  CredentialFieldUnknown: {
    kind: 'problem',
    summary: 'A Secret with a credential has a key that is no field of it.',
    advice: 'Check the spelling of the key, or remove it.',
  },
  EnterpriseNeeded: {
    kind: 'problem',
    summary: 'A resource needs Kong Enterprise, and proxies are none.',
    advice: 'Serve the resource by Enterprise proxies, or do without it.',
  },
  CustomEntityTypeUnknown: {
    kind: 'problem',
    summary: 'Proxies do not know the type of a KongCustomEntity.',
    advice: 'Load the plugin that the message names into the proxies, or remove the entity.',
  },
  CustomEntityParentUnknown: {
    kind: 'problem',
    summary: 'It is not known how an entity belongs to the plugin that it names as its parent.',
    advice: 'Leave `parentRef` out and name what the entity belongs to in its fields, or correct it.',
  },
  TlsHostsMissing: {
    kind: 'problem',
    summary: 'A TLS section of an Ingress names a Secret, but no host.',
    advice: 'List the hosts for which the certificate is to be shown.',
  },
  TlsSecretNotFound: {
    kind: 'problem',
    summary: 'A TLS section of an Ingress names a Secret that does not exist.',
    advice: 'Create the Secret, or correct its name; both must be in one namespace.',
  },
  TlsSecretIncomplete: {
    kind: 'problem',
    summary: 'A Secret for TLS lacks its certificate or its key.',
    advice: 'Give the Secret both `tls.crt` and `tls.key`.',
  },
  TlsCertificateInvalid: {
    kind: 'problem',
    summary: 'The certificate of a Secret cannot be read.',
    advice: 'Put one or more PEM certificates into `tls.crt`, that of the host first.',
  },
  TlsKeyInvalid: {
    kind: 'problem',
    summary: 'The private key of a Secret cannot be read.',
    advice: 'Put one PEM private key without a passphrase into `tls.key`.',
  },
  SecretKeyMismatch: {
    kind: 'problem',
    summary: 'The private key of a Secret does not belong to its certificate.',
    advice: 'Put the key for the first certificate of `tls.crt` into `tls.key`.',
  },
} as const satisfies CodeTable;
