import { commonFields, type EntitySchema, foreign, required, string, updatedAt } from './entity.ts';

/** Licenses of Kong Enterprise. What their payload says is not looked at. */
export const licenses: EntitySchema = {
  name: 'licenses',
  singular: 'license',
  unique: ['payload'],
  fields: { ...commonFields, updated_at: updatedAt, payload: required(string()) },
};

/** The entities of the plugin degraphql: an example of those that a plugin brings with it. */
export const degraphqlRoutes: EntitySchema = {
  name: 'degraphql_routes',
  singular: 'degraphql_route',
  unique: [],
  fields: {
    ...commonFields,
    updated_at: updatedAt,
    service: foreign('services', { cascade: true }),
    methods: { kind: 'set', elements: string(), default: ['GET'] },
    uri: required(string()),
    query: required(string()),
  },
};

/** A few plugins that only Kong Enterprise has; their configuration is taken as it is. */
export const ENTERPRISE_PLUGINS: readonly string[] = (
  'degraphql graphql-rate-limiting-advanced header-cert-auth jq jwe-decrypt key-auth-enc ldap-auth-advanced mocking ' +
  'mtls-auth opa openid-connect proxy-cache-advanced rate-limiting-advanced request-transformer-advanced ' +
  'request-validator response-transformer-advanced route-by-header route-transformer-advanced saml service-protection ' +
  'tls-handshake-modifier tls-metadata-headers upstream-timeout vault-auth websocket-size-limit websocket-validator'
).split(' ');
