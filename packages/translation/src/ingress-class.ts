import type { ClusterView, IngressRecord, Metadata } from '@silverback/cluster-state';
import { INGRESS_CLASS, IS_DEFAULT_CLASS } from './annotations.ts';

/**
 * Whether an Ingress is ours. The annotation decides where it is not empty, else the class in the spec; an Ingress with
 * neither is ours if our IngressClass is marked as the default.
 */
export function isOurs(ingress: IngressRecord, view: ClusterView, ingressClass: string): boolean {
  const annotation = ingress.metadata.annotations[INGRESS_CLASS] ?? '';
  if (annotation !== '') return annotation === ingressClass;
  if (ingress.ingressClassName !== undefined) return ingress.ingressClassName === ingressClass;
  return isDefaultClass(view, ingressClass);
}

/** Whether an object of another kind is ours, which only the annotation can say: else the default class decides. */
export function isOursByAnnotation(
  { annotations }: Metadata,
  view: ClusterView,
  ingressClass: string,
): boolean {
  const annotation = annotations[INGRESS_CLASS] ?? '';
  return annotation === '' ? isDefaultClass(view, ingressClass) : annotation === ingressClass;
}

function isDefaultClass(view: ClusterView, ingressClass: string): boolean {
  const ourClass = view.get('IngressClass', '', ingressClass);
  return ourClass?.metadata.annotations[IS_DEFAULT_CLASS] === 'true';
}
