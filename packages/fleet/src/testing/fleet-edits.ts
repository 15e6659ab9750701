import { ingressRoot, secretRoot, serviceRoot, type FleetCluster } from './fleet-cluster.ts';
import type { FleetStep } from './fleet-steps.ts';

/**
 * Changes the resources as a step says.
 *
 * @param edit - the number of the edit: tells the new version from all others
 * @throws Error where the step changes no resource
 */
export function edit(cluster: FleetCluster, step: FleetStep, edit: number): void {
  const { services, secrets } = cluster;
  switch (step.type) {
    case 'ingress': {
      const { index, form, service, protection, isContested } = step;
      cluster.setIngress(ingressRoot(index), { form, edit, service, protection, isContested });
      return;
    }
    case 'delete-ingress':
      cluster.ingresses.delete(ingressRoot(step.index));
      return;
    case 'service': {
      const root = serviceRoot(step.service);
      services.set(root, { form: step.form, edit, target: services.get(root)?.target ?? '' });
      return;
    }
    case 'endpoints': {
      const root = serviceRoot(step.service);
      const service = services.get(root);
      if (service) services.set(root, { ...service, target: `10.0.0.${String(edit)}:80` });
      return;
    }
    case 'plugin':
      cluster.limit = { form: step.form, edit };
      return;
    case 'grant':
      cluster.isGranted = step.on;
      return;
    case 'consumer':
      cluster.consumer = { form: step.form, edit, keys: step.keys };
      return;
    case 'secret':
      secrets.set(secretRoot(step.index), { form: step.form, edit });
      return;
    case 'delete-secret':
      secrets.delete(secretRoot(step.index));
      return;
    default:
      throw new Error(`it changes no resource: ${step.type}`);
  }
}
