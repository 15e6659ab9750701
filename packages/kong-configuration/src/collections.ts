/** Kong's collections of credentials: they are nested in consumers. */
export const CREDENTIAL_COLLECTIONS = [
  'acls',
  'basicauth_credentials',
  'hmacauth_credentials',
  'jwt_secrets',
  'keyauth_credentials',
  'mtls_auth_credentials',
  'oauth2_credentials',
] as const;

/** One of {@link CREDENTIAL_COLLECTIONS}. */
export type CredentialCollection = (typeof CREDENTIAL_COLLECTIONS)[number];

/** Fields of entities that hold entities, in the order of the configuration. */
export const NESTED_COLLECTIONS = [
  ...CREDENTIAL_COLLECTIONS,
  'plugins',
  'routes',
  'snis',
  'targets',
] as const;

/** The collections at the top of a configuration that have rules of their own; all others hold custom entities. */
export const TOP_LEVEL_COLLECTIONS = [
  'ca_certificates',
  'certificates',
  'consumer_group_consumers',
  'consumer_groups',
  'consumers',
  'licenses',
  'plugins',
  'routes',
  'services',
  'upstreams',
  'vaults',
] as const;
