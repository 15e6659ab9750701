import { isAtLeast, type NodeKind } from './node-kind.ts';

const BUNDLED: readonly string[] = (
  'acl acme ai-prompt-decorator ai-prompt-guard ai-prompt-template ai-proxy ai-request-transformer ai-response-transformer ' +
  'aws-lambda azure-functions basic-auth bot-detection correlation-id cors datadog file-log grpc-gateway grpc-web hmac-auth ' +
  'http-log ip-restriction jwt key-auth ldap-auth loggly oauth2 opentelemetry post-function pre-function prometheus proxy-cache ' +
  'rate-limiting redirect request-size-limiting request-termination request-transformer response-ratelimiting response-transformer ' +
  'session standard-webhooks statsd syslog tcp-log udp-log zipkin'
).split(' ');

/** A few plugins that only Kong Enterprise has; their configuration is taken as it is. */
const ENTERPRISE: readonly string[] = (
  'degraphql graphql-rate-limiting-advanced header-cert-auth jq jwe-decrypt key-auth-enc ldap-auth-advanced mocking ' +
  'mtls-auth opa openid-connect proxy-cache-advanced rate-limiting-advanced request-transformer-advanced ' +
  'request-validator response-transformer-advanced route-by-header route-transformer-advanced saml service-protection ' +
  'tls-handshake-modifier tls-metadata-headers upstream-timeout vault-auth websocket-size-limit websocket-validator'
).split(' ');

/** What `GET /` lists: the plugins that come with this edition and version. */
export function availablePlugins(kind: NodeKind): readonly string[] {
  const bundled = isAtLeast(kind, '3.9') ? BUNDLED : BUNDLED.filter((name) => name !== 'redirect');
  return kind.edition === 'enterprise' ? [...bundled, ...ENTERPRISE] : bundled;
}
