import type { FileLocation, Problem, ResourceReference } from '@silverback/errors';
import type {
  CertificateEntity,
  PluginEntity,
  RouteEntity,
  ServiceEntity,
  UpstreamEntity,
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

/** A plugin definition that a route or a service asks for. Without it the route or service is not served. */
export interface PluginReference {
  /** `namespace/name` of the KongPlugin. */
  readonly plugin: string;
  /** Field of the root that asks for it. */
  readonly field: string;
}

/** A Kong service with the upstream that its host names. Claims the slot `service/<name>`. */
export interface ServicePart {
  readonly type: 'service';
  readonly entity: ServiceEntity;
  /** Absent where the host is a real host name. */
  readonly upstream?: UpstreamEntity;
  readonly plugins: readonly PluginReference[];
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
}

/** A plugin definition; an instance of it is made for each route and service that asks for it. */
export interface PluginPart {
  readonly type: 'plugin';
  /** `namespace/name` of the KongPlugin. */
  readonly plugin: string;
  /** Without an id: that depends on where the instance stands. */
  readonly definition: Omit<PluginEntity, 'id'>;
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

export type FragmentPart = ServicePart | RoutePart | PluginPart | CertificatePart | SniPart;

/** What one root resource yields. A pure function of the root and of what its translator read. */
export interface Fragment {
  readonly root: RootKey;
  readonly resource: ResourceReference;
  readonly location?: FileLocation;
  readonly precedence: Precedence;
  readonly parts: readonly FragmentPart[];
  readonly problems: readonly Problem[];
  /** SHA-256 of `parts` and `precedence` in canonical JSON, as hex: equal hash, equal effect. */
  readonly hash: string;
}
