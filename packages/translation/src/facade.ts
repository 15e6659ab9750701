import type { ClusterView, KongServiceFacadeRecord, ServiceBackend } from '@silverback/cluster-state';
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
  const { name, port } = objectAt(objectAt(body, 'spec'), 'backendRef') as {
    readonly name?: unknown;
    readonly port?: unknown;
  };
  if (typeof name !== 'string' || name === '')
    return { field: 'spec.backendRef.name', message: 'must name a Service' };
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    return { field: 'spec.backendRef.port', message: 'must be a whole number from 1 to 65535' };
  return { service: name, port: { number: port } };
}

/** What is wrong with a facade. */
export interface FacadeFault {
  readonly field: string;
  readonly message: string;
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
  if (!('field' in backend)) return faultOfBackend(namespace, backend, view);
  return { code: 'ServiceNotFound', message: `KongServiceFacade ${namespace}/${name} is not valid` };
}

function objectAt(value: unknown, key: string): Readonly<Record<string, unknown>> {
  const isObject = (candidate: unknown): candidate is object =>
    typeof candidate === 'object' && candidate !== null;
  const found: unknown = isObject(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  return isObject(found) ? (found as Readonly<Record<string, unknown>>) : {};
}
