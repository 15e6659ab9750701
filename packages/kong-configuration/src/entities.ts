import type { CredentialCollection } from './collections.ts';

/** A JSON value, as it goes into a configuration. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

interface Entity {
  /** UUID; see `ids.ts` for the rule. */
  readonly id: string;
  readonly tags?: readonly string[];
}

/** Kong's `services`. Times are in ms. */
export interface ServiceEntity extends Entity {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  readonly path?: string;
  readonly connect_timeout?: number;
  readonly read_timeout?: number;
  readonly write_timeout?: number;
  readonly retries?: number;
  /** ID of a certificate. */
  readonly client_certificate?: string;
  readonly tls_verify?: boolean;
  readonly tls_verify_depth?: number;
  /** IDs of CA certificates. */
  readonly ca_certificates?: readonly string[];
}

/** Kong's `routes`: with `expression` and `priority` in the expressions flavour of the router, without in the others. */
export interface RouteEntity extends Entity {
  readonly name: string;
  readonly hosts?: readonly string[];
  readonly paths?: readonly string[];
  readonly methods?: readonly string[];
  readonly snis?: readonly string[];
  /** Values by name of the request header; one of them has to match. */
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly protocols?: readonly string[];
  readonly strip_path?: boolean;
  readonly preserve_host?: boolean;
  readonly request_buffering?: boolean;
  readonly response_buffering?: boolean;
  readonly regex_priority?: number;
  readonly https_redirect_status_code?: number;
  readonly path_handling?: string;
  /** Ports (and addresses) of stream connections. */
  readonly destinations?: readonly { readonly ip?: string; readonly port?: number }[];
  readonly expression?: string;
  readonly priority?: number;
}

/** Kong's `plugins`. */
export interface PluginEntity extends Entity {
  readonly name: string;
  readonly instance_name?: string;
  readonly enabled?: boolean;
  readonly config?: JsonObject;
  readonly protocols?: readonly string[];
  readonly ordering?: JsonObject;
}

/** Kong's `consumers`: at least one of `username` and `custom_id`. */
export interface ConsumerEntity extends Entity {
  readonly username?: string;
  readonly custom_id?: string;
}

/** The types of credentials, as the label `konghq.com/credential` names them. */
export type CredentialType = 'basic-auth' | 'hmac-auth' | 'jwt' | 'key-auth' | 'oauth2' | 'acl' | 'mtls-auth';

/** A credential, nested in its consumer: fields as Kong names them. */
export interface CredentialEntity extends Entity {
  readonly [field: string]: JsonValue | undefined;
}

/** Kong's `consumer_groups`. */
export interface ConsumerGroupEntity extends Entity {
  readonly name: string;
}

/** Kong's `ca_certificates`. */
export interface CaCertificateEntity extends Entity {
  readonly cert: string;
}

/** Kong's `vaults`. */
export interface VaultEntity extends Entity {
  /** The kind of vault, as in `env`. */
  readonly name: string;
  readonly prefix: string;
  readonly description?: string;
  readonly config?: JsonObject;
}

/** Kong's `licenses`, of Kong Enterprise. */
export interface LicenseEntity extends Entity {
  readonly payload: string;
}

/** Kong's `targets`, nested in their upstream. */
export interface TargetEntity extends Entity {
  readonly target: string;
  readonly weight?: number;
}

/** Kong's `upstreams`. */
export interface UpstreamEntity extends Entity {
  readonly name: string;
  readonly host_header?: string;
  readonly algorithm?: string;
  readonly slots?: number;
  /** What requests are told apart by, as in `header`, and of what. */
  readonly hash_on?: string;
  readonly hash_on_header?: string;
  readonly hash_on_cookie?: string;
  readonly hash_on_cookie_path?: string;
  readonly hash_on_query_arg?: string;
  readonly hash_on_uri_capture?: string;
  /** The same where `hash_on` finds nothing in a request. */
  readonly hash_fallback?: string;
  readonly hash_fallback_header?: string;
  readonly hash_fallback_query_arg?: string;
  readonly hash_fallback_uri_capture?: string;
  readonly sticky_sessions_cookie?: string;
  readonly sticky_sessions_cookie_path?: string;
  readonly healthchecks?: JsonObject;
  readonly targets?: readonly TargetEntity[];
}

/** Kong's `snis`, nested in their certificate. */
export interface SniEntity extends Entity {
  readonly name: string;
}

/** Kong's `certificates`: `cert` and `key` are PEM. */
export interface CertificateEntity extends Entity {
  readonly cert: string;
  readonly key: string;
  readonly snis?: readonly SniEntity[];
}

/** A route with what is nested in it. */
export interface NestedRoute extends RouteEntity {
  readonly plugins?: readonly PluginEntity[];
}

/** A service with what is nested in it. */
export interface NestedService extends ServiceEntity {
  readonly routes?: readonly NestedRoute[];
  readonly plugins?: readonly PluginEntity[];
}

/** An instance of a plugin that stands for more than the entity in which it is nested: the others by name. */
export interface ScopedPlugin extends PluginEntity {
  readonly service?: string;
  readonly route?: string;
  readonly consumer_group?: string;
}

/** A consumer with what is nested in it. */
export interface NestedConsumer
  extends ConsumerEntity, Readonly<Partial<Record<CredentialCollection, readonly CredentialEntity[]>>> {
  readonly plugins?: readonly ScopedPlugin[];
}

/** Kong's `consumer_group_consumers`, which have no id: who is a member of which group. */
export interface ConsumerGroupMember {
  /** Username; the id as an object where there is none, because a text is taken for a username first. */
  readonly consumer: string | { readonly id: string };
  /** Name of the group. */
  readonly consumer_group: string;
}

/** An entity of a type that nothing else is known of. */
export interface CustomEntity extends Entity {
  readonly [field: string]: JsonValue | undefined;
}

/** A whole declarative configuration, before it is encoded. Every array is sorted: see `assembly.ts`. */
export interface KongConfiguration {
  readonly ca_certificates?: readonly CaCertificateEntity[];
  readonly certificates: readonly CertificateEntity[];
  readonly consumer_group_consumers?: readonly ConsumerGroupMember[];
  readonly consumer_groups?: readonly ConsumerGroupEntity[];
  readonly consumers?: readonly NestedConsumer[];
  /** By Kong's name of their collection, under which they stand beside the others once they are encoded. */
  readonly custom_entities?: Readonly<Record<string, readonly CustomEntity[]>>;
  readonly licenses?: readonly LicenseEntity[];
  /** Plugins that are nested nowhere: for all requests, and for groups of consumers. */
  readonly plugins?: readonly ScopedPlugin[];
  /** Routes that lead to no service. */
  readonly routes?: readonly NestedRoute[];
  readonly services: readonly NestedService[];
  readonly upstreams: readonly UpstreamEntity[];
  readonly vaults?: readonly VaultEntity[];
}
