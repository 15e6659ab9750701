import type { Kind } from '@silverback/cluster-state';
import type { ResourceReference } from '@silverback/errors';
import type {
  Condition,
  LoadBalancerAddress,
  ObservedResource,
  PolicyAncestor,
  PublishedService,
} from '@silverback/resource-status';
import type { ApiObject } from '../reflector/api-object.ts';

/** As whom Silverback signs in lists that several controllers share. */
export const CONTROLLER_NAME = 'silverback.dev/controller';

/** What the status of an object says, as far as Silverback writes it. */
export interface ObservedStatus extends Omit<ObservedResource, 'users'> {
  readonly resourceVersion: string;
}

/** The kinds whose status Silverback writes, with where in it. */
const PLACES: { readonly [K in Kind]?: 'addresses' | 'conditions' | 'controllers' | 'ancestors' } = {
  Ingress: 'addresses',
  TCPIngress: 'addresses',
  UDPIngress: 'addresses',
  KongPlugin: 'conditions',
  KongClusterPlugin: 'conditions',
  KongConsumer: 'conditions',
  KongConsumerGroup: 'conditions',
  KongVault: 'conditions',
  KongCustomEntity: 'conditions',
  KongServiceFacade: 'conditions',
  KongLicense: 'controllers',
  KongUpstreamPolicy: 'ancestors',
};

/** A status as it came, unchecked. */
interface RawStatus {
  readonly conditions?: unknown;
  readonly loadBalancer?: { readonly ingress?: unknown } | null;
  readonly controllers?: unknown;
  readonly ancestors?: unknown;
}

/** Reads the status of an object; undefined for kinds whose status is never written. */
export function observeStatus(kind: Kind, object: ApiObject): ObservedStatus | undefined {
  const place = PLACES[kind];
  if (place === undefined) return undefined;
  const status = (object as { readonly status?: RawStatus | null }).status ?? {};
  return {
    reference: referenceTo(kind, object),
    generation: object.metadata?.generation ?? 0,
    resourceVersion: object.metadata?.resourceVersion ?? '',
    conditions: conditionsAt(place, status),
    addresses: place === 'addresses' ? addressesIn(status.loadBalancer?.ingress) : NONE,
    ...(place === 'ancestors' && { ancestors: ancestorsIn(status.ancestors) }),
  };
}

function referenceTo(kind: Kind, { metadata = {} }: ApiObject): ResourceReference {
  const { namespace = '', name = '', uid } = metadata;
  return { kind, namespace, name, ...(uid !== undefined && { uid }) };
}

const NONE: readonly never[] = [];

function conditionsAt(place: string, status: RawStatus): readonly Condition[] {
  if (place === 'conditions') return conditionsIn(status.conditions);
  if (place !== 'controllers') return NONE;
  const own = objectsIn(status.controllers).find(isOwn);
  return conditionsIn(own?.['conditions']);
}

type Fields = Readonly<Record<string, unknown>>;

function isOwn(entry: Fields): boolean {
  return entry['controllerName'] === CONTROLLER_NAME;
}

/** Only the conditions that Silverback writes, with their fields in the order in which it writes them. */
function conditionsIn(value: unknown): readonly Condition[] {
  const conditions = objectsIn(value).filter(({ type }) => type === 'Programmed' || type === 'Accepted');
  return conditions.map(({ type, status, reason, message, observedGeneration, lastTransitionTime }) => ({
    type: textOf(type),
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textOf(reason),
    message: textOf(message),
    observedGeneration: typeof observedGeneration === 'number' ? observedGeneration : 0,
    lastTransitionTime: textOf(lastTransitionTime),
  }));
}

function addressesIn(value: unknown): readonly LoadBalancerAddress[] {
  return objectsIn(value).flatMap(({ ip, hostname }): LoadBalancerAddress[] => {
    if (typeof ip === 'string') return [{ ip }];
    return typeof hostname === 'string' ? [{ hostname }] : [];
  });
}

function ancestorsIn(value: unknown): readonly PolicyAncestor[] {
  return objectsIn(value)
    .filter(isOwn)
    .map(({ ancestorRef, conditions }) => {
      const { kind, namespace, name } = (ancestorRef ?? {}) as Fields;
      const ancestor = { kind: textOf(kind), namespace: textOf(namespace), name: textOf(name) };
      return { ancestor, conditions: conditionsIn(conditions) };
    });
}

function objectsIn(value: unknown): readonly Fields[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry): entry is Fields => typeof entry === 'object' && entry !== null);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Reads of a Service what Ingresses show of it. */
export function observeService(object: ApiObject): PublishedService {
  const { spec, status } = object as { readonly spec?: Fields | null; readonly status?: RawStatus | null };
  const clusterIPs = spec?.['clusterIPs'];
  return {
    type: textOf(spec?.['type']) || 'ClusterIP',
    clusterIPs: Array.isArray(clusterIPs) ? clusterIPs.map(textOf) : [],
    loadBalancer: addressesIn(status?.loadBalancer?.ingress),
  };
}
