import type { IngressClassRecord } from '../records.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** networking.k8s.io/v1 IngressClass. */
export function projectIngressClass(object: ObjectReader): Projected<IngressClassRecord> {
  return { controller: object.object('spec')?.text('controller') ?? '' };
}
