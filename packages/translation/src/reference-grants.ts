import type { ClusterView, Kind } from '@silverback/cluster-state';
import type { RootKey } from '@silverback/kong-configuration';

/** An object that refers to another one. */
export interface Referrer {
  readonly kind: Kind;
  readonly namespace: string;
}

/** An object of another namespace that is referred to. */
export interface Referent {
  readonly group: string;
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
}

const KONG_GROUP = 'configuration.konghq.com';

/** The API group of each kind that can ask for a plugin. */
const GROUPS: Partial<Record<Kind, string>> = {
  Ingress: 'networking.k8s.io',
  Service: '',
  KongServiceFacade: 'incubator.ingress-controller.konghq.com',
  TCPIngress: KONG_GROUP,
  UDPIngress: KONG_GROUP,
  KongConsumer: KONG_GROUP,
  KongConsumerGroup: KONG_GROUP,
  KongCustomEntity: KONG_GROUP,
};

/**
 * Whether a ReferenceGrant in the namespace of an object lets another one refer to it (Gateway API, GEP-709). An object
 * of the same namespace needs none.
 */
export function isGranted(from: Referrer, to: Referent, view: ClusterView): boolean {
  if (from.namespace === to.namespace) return true;
  const group = GROUPS[from.kind];
  return view
    .lookUp('grantsByNamespace', to.namespace)
    .some(
      (grant) =>
        grant.from.some(
          (source) =>
            source.group === group && source.kind === from.kind && source.namespace === from.namespace,
        ) &&
        grant.to.some(
          (target) =>
            target.group === to.group &&
            target.kind === to.kind &&
            (target.name === undefined || target.name === '' || target.name === to.name),
        ),
    );
}

/** Whether an object may ask for a plugin. Those of the whole cluster are there for all. */
export function isGrantedPlugin(
  from: { readonly kind: string; readonly namespace: string },
  plugin: RootKey,
  view: ClusterView,
): boolean {
  const [kind, namespace = '', name = ''] = plugin.split('/');
  if (kind !== 'KongPlugin') return true;
  const referrer = { kind: from.kind as Kind, namespace: from.namespace };
  return isGranted(referrer, { group: KONG_GROUP, kind, namespace, name }, view);
}
