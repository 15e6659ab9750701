import { objectIn } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { checkMicroTime, Refusal } from './refusal.ts';

/** A Lease as it is kept. */
export function admitLease(object: Content): Content {
  const spec = objectIn(object, 'spec');
  checkMicroTime('Lease', spec['acquireTime']);
  checkMicroTime('Lease', spec['renewTime']);
  const refusal = new Refusal();
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  if (typeof duration === 'number' && duration <= 0)
    refusal.invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0');
  if (typeof transitions === 'number' && transitions < 0)
    refusal.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  refusal.check({ group: 'coordination.k8s.io', kind: 'Lease' }, object);
  return object;
}
