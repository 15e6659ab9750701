import type { ClusterView, KongServiceFacadeRecord, ServiceBackend } from '@silverback/cluster-state';
import { parseResource, type FieldIssue } from '@silverback/kong-resources';
import { faultOfBackend, type BackendFault } from './backends.ts';
import { isOursByAnnotation } from './ingress-class.ts';

/** API group of KongServiceFacade. */
export const FACADE_GROUP = 'incubator.ingress-controller.konghq.com';

/** A facade of our class; undefined where there is none. */
export function ourFacade(
  namespace: string,
  name: string,
  view: ClusterView,
  ingressClass: string,
): KongServiceFacadeRecord | undefined {
  const facade = view.get('KongServiceFacade', namespace, name);
  return facade && isOursByAnnotation(facade.metadata, view, ingressClass) ? facade : undefined;
}

/** The port of a Service that a facade stands for, or what is wrong with its specification. */
export function backendOfFacade({ body }: KongServiceFacadeRecord): ServiceBackend | FacadeFault {
  const parsed = parseResource('KongServiceFacade', body);
  if (!parsed.ok) return { issues: parsed.issues };
  const { name, port } = parsed.resource.spec.backendRef;
  return { service: name, port: { number: port } };
}

/** What is wrong with a facade. */
export interface FacadeFault {
  /** At least one. */
  readonly issues: readonly FieldIssue[];
}

/** Why requests to a facade can only be answered with an error; undefined where nothing is wrong. */
export function faultOfFacade(
  namespace: string,
  name: string,
  view: ClusterView,
  ingressClass: string,
): BackendFault | undefined {
  const facade = ourFacade(namespace, name, view, ingressClass);
  if (facade === undefined) {
    const message = `there is no KongServiceFacade ${namespace}/${name} of the class ${ingressClass}`;
    return { code: 'ServiceNotFound', message };
  }
  const backend = backendOfFacade(facade);
  if (!('issues' in backend)) return faultOfBackend(namespace, backend, view);
  return { code: 'ServiceNotFound', message: `KongServiceFacade ${namespace}/${name} is not valid` };
}
