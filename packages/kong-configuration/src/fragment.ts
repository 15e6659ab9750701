import type { FileLocation, Problem, ResourceReference } from '@silverback/errors';
import type {
  CaCertificateEntity,
  CertificateEntity,
  ConsumerEntity,
  ConsumerGroupEntity,
  CredentialEntity,
  CredentialType,
  JsonObject,
  LicenseEntity,
  PluginEntity,
  RouteEntity,
  ServiceEntity,
  UpstreamEntity,
  VaultEntity,
} from './entities.ts';

/** The resource that a fragment comes from: `Kind/namespace/name`. */
export type RootKey = string;

/** Decides between claims on one slot: the smaller one wins, field by field in this order. */
export interface Precedence {
  /** RFC 3339 in UTC; empty (unknown) sorts last. */
  readonly creationTimestamp: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** A plugin definition that a route, service, consumer or group asks for. */
export interface PluginReference {
  /** Root of the definition: `KongPlugin/namespace/name` or `KongClusterPlugin//name`. */
  readonly plugin: RootKey;
  /** Field of the root that asks for it. */
  readonly field: string;
  /** True where what asks is served without the plugin if it is not there; otherwise it is not served then. */
  readonly isOptional?: boolean;
}

/** A Kong service with the upstream that its host names. Claims the slot `service/<name>`. */
export interface ServicePart {
  readonly type: 'service';
  readonly entity: ServiceEntity;
  /** Absent where the host is a real host name. */
  readonly upstream?: UpstreamEntity;
  readonly plugins: readonly PluginReference[];
  /** The certificate that Kong shows to the upstream. Without it the service is not served. */
  readonly clientCertificate?: RootReference;
  /** The CA certificates that the upstream's certificate is held against. Without one of them the service is not served. */
  readonly caCertificates?: readonly RootReference[];
}

/** Another root that a part cannot do without. */
export interface RootReference {
  /** As in `Secret/shop/client-cert` or `ConfigMap/shop/ca`. */
  readonly root: RootKey;
  /** Field of the root that asks for it. */
  readonly field: string;
}

/**
 * How a route is written for the expressions flavour. The hosts and paths of its entity stay what it claims; each has
 * its expression here, at the same position. Assembly joins those of the hosts and paths that are won.
 */
export interface RouteExpression {
  /** One for each host of the entity, as in `http.host == "shop.example"`. */
  readonly hosts: readonly string[];
  /** One for each path of the entity, as in `http.path ^= "/cart/"`. */
  readonly paths: readonly string[];
  /** More conditions, all of which have to be true. */
  readonly conditions: readonly string[];
  /** The higher one is asked first; at most 2^53. */
  readonly priority: number;
}

/** A route. Claims the slot `route/<name>` and, for each of its hosts and paths, the right to match it. */
export interface RoutePart {
  readonly type: 'route';
  readonly entity: RouteEntity;
  /** Name of the Kong service that it leads to. */
  readonly service: string;
  readonly plugins: readonly PluginReference[];
  /** Field of the root that it comes from, for problems: as in `spec.rules[0].http.paths[1]`. */
  readonly field: string;
  /** True for the route of a default backend: claims the slot `default-backend`, and matches only what nothing else does. */
  readonly isDefaultBackend: boolean;
  /** Present for the expressions flavour: written instead of hosts, paths, methods, headers, snis and priorities. */
  readonly expression?: RouteExpression;
}

/** A plugin definition; an instance of it is made for each route and service that asks for it. */
export interface PluginPart {
  readonly type: 'plugin';
  /** Root of the definition: `KongPlugin/namespace/name` or `KongClusterPlugin//name`. */
  readonly plugin: RootKey;
  /** Without an id: that depends on where the instance stands. */
  readonly definition: Omit<PluginEntity, 'id'>;
  /** Present where values of Secrets are in the configuration: with what it was made, to make it anew of the values of now. */
  readonly secrets?: PluginSecrets;
}

/** Of what the configuration of a plugin was made. Holds no value of a Secret. */
export interface PluginSecrets {
  /** What stands in the object itself. */
  readonly config?: JsonObject;
  /** In the order in which they are put into the configuration. */
  readonly values: readonly SecretValue[];
}

/** One value of a Secret. */
export interface SecretValue {
  /** `namespace/name` of the Secret. */
  readonly secret: string;
  readonly key: string;
  /** JSON pointer to where it stands in the configuration; absent where it is the whole configuration. */
  readonly path?: string;
  /** Field of the root that names it. */
  readonly field: string;
}

/** A certificate with its key. Claims the slot `certificate/<content>`; equal content is programmed once. */
export interface CertificatePart {
  readonly type: 'certificate';
  /** `namespace/name` of the Secret. */
  readonly secret: string;
  readonly entity: CertificateEntity;
}

/** A host name for which a Secret's certificate is to be shown. Claims the slot `sni/<host>`. */
export interface SniPart {
  readonly type: 'sni';
  readonly host: string;
  /** `namespace/name` of the Secret. */
  readonly secret: string;
  readonly field: string;
}

/** Makes the plugin of this fragment apply to all requests. Claims the slot `global-plugin/<name of the plugin>`. */
export interface GlobalPluginPart {
  readonly type: 'global-plugin';
  /** The plugin's own definition: `KongClusterPlugin//name`. */
  readonly plugin: RootKey;
}

/**
 * A consumer. Claims the slots `consumer/<username>` and `consumer-custom-id/<custom_id>`. Credentials and groups that
 * are missing or lost to another consumer are left out with a problem; a missing plugin leaves out the consumer.
 */
export interface ConsumerPart {
  readonly type: 'consumer';
  readonly entity: ConsumerEntity;
  readonly plugins: readonly PluginReference[];
  /** The roots of its groups: `KongConsumerGroup/namespace/name`. */
  readonly groups: readonly RootReference[];
  /** The roots of its credentials: `Secret/namespace/name`. */
  readonly credentials: readonly RootReference[];
}

/** A credential, as the Secret gives it. It is used where a consumer asks for it; the oldest consumer wins it. */
export interface CredentialPart {
  readonly type: 'credential';
  /** `namespace/name` of the Secret. */
  readonly secret: string;
  readonly credentialType: CredentialType;
  readonly entity: CredentialEntity;
  /** What no two credentials of the type may share, as the key of a `key-auth`; absent where nothing need be unique. Secret. */
  readonly uniqueValue?: string;
}

/** A group of consumers. Claims the slot `consumer-group/<name>`. */
export interface ConsumerGroupPart {
  readonly type: 'consumer-group';
  readonly entity: ConsumerGroupEntity;
  readonly plugins: readonly PluginReference[];
}

/** A CA certificate. Claims the slots `ca-certificate/<id>` and `ca-certificate-content/<digest>`. */
export interface CaCertificatePart {
  readonly type: 'ca-certificate';
  readonly entity: CaCertificateEntity;
}

/** A vault. Claims the slot `vault/<prefix>`. */
export interface VaultPart {
  readonly type: 'vault';
  readonly entity: VaultEntity;
}

/** The licence of Kong Enterprise. Claims the slot `license`: the newest one wins it. */
export interface LicensePart {
  readonly type: 'license';
  readonly entity: LicenseEntity;
}

/** An entity of a type that Silverback knows nothing else of. Claims the slot `custom-entity/<type>/<id>`. */
export interface CustomEntityPart {
  readonly type: 'custom-entity';
  /** Kong's name of the collection, as in `degraphql_routes`. */
  readonly entityType: string;
  /** Without an id where it is made once for each scope of `parent`. */
  readonly fields: JsonObject;
  /** The plugin whose scopes (services, routes, consumers) fill the foreign fields. */
  readonly parent?: PluginReference;
  /** Names of fields that hold a reference, with what they refer to. */
  readonly foreignFields?: Readonly<Record<string, 'services' | 'routes' | 'consumers'>>;
  readonly tags: readonly string[];
}

export type FragmentPart =
  | ServicePart
  | RoutePart
  | PluginPart
  | GlobalPluginPart
  | CertificatePart
  | SniPart
  | ConsumerPart
  | CredentialPart
  | ConsumerGroupPart
  | CaCertificatePart
  | VaultPart
  | LicensePart
  | CustomEntityPart;

/** What one root resource yields. A pure function of the root and of what its translator read. */
export interface Fragment {
  readonly root: RootKey;
  readonly resource: ResourceReference;
  readonly location?: FileLocation;
  readonly precedence: Precedence;
  readonly parts: readonly FragmentPart[];
  readonly problems: readonly Problem[];
  /**
   * Positions of the parts whose claims its root does not make any more: present where an older fragment is used in place
   * of a newer one. Any other claim on the same slot wins. No part of `hash`.
   */
  readonly outdatedParts?: readonly number[];
  /** SHA-256 of `parts` and `precedence` in canonical JSON, as hex: equal hash, equal effect. */
  readonly hash: string;
  /** The same without the targets of upstreams: equal where fragments differ in nothing but endpoints. */
  readonly hashWithoutTargets: string;
}
