import type { Kind, RecordByKind } from '../records.ts';
import { projectEndpointSlice } from './endpoint-slice.ts';
import { projectIngressClass } from './ingress-class.ts';
import { projectIngress } from './ingress.ts';
import { projectKongPlugin } from './kong-plugin.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';
import { projectSecret } from './secret.ts';
import { projectService } from './service.ts';

interface KindDefinition<K extends Kind> {
  readonly apiVersion: string;
  readonly namespaced: boolean;
  readonly project: (object: ObjectReader) => Projected<RecordByKind[K]>;
  /** True where a single invalid field makes the object unusable. */
  readonly whole?: boolean;
}

/** How each kind is read. */
export const KINDS: { readonly [K in Kind]: KindDefinition<K> } = {
  Ingress: { apiVersion: 'networking.k8s.io/v1', namespaced: true, project: projectIngress },
  IngressClass: { apiVersion: 'networking.k8s.io/v1', namespaced: false, project: projectIngressClass },
  Service: { apiVersion: 'v1', namespaced: true, project: projectService },
  EndpointSlice: { apiVersion: 'discovery.k8s.io/v1', namespaced: true, project: projectEndpointSlice },
  Secret: { apiVersion: 'v1', namespaced: true, project: projectSecret },
  KongPlugin: {
    apiVersion: 'configuration.konghq.com/v1',
    namespaced: true,
    project: projectKongPlugin,
    whole: true,
  },
};

/** The kinds that Silverback reads, as people write them: `networking.k8s.io/v1 Ingress`. Sorted. */
export const SUPPORTED_KINDS: readonly string[] = Object.entries(KINDS)
  .map(([kind, { apiVersion }]) => `${apiVersion} ${kind}`)
  .sort();
