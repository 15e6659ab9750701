import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { namespaceSchema } from './source-schema.ts';

const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

const leaderElectionShape = z.strictObject({
  enabled: z
    .boolean()
    .describe(
      'Whether replicas agree on one that pushes and writes status. Needs an API server; without it run one replica only.',
    )
    .prefault(true),
  leaseName: z
    .string()
    .regex(DNS_SUBDOMAIN, { error: 'must be the name of a Lease: lower-case letters, digits, "-" and "."' })
    .describe('Name of the Lease.')
    .prefault('silverback'),
  leaseNamespace: namespaceSchema
    .describe('Namespace of the Lease and of the ledger; that of the pod unless given.')
    .optional(),
  leaseDuration: durationSchema
    .describe('How long a lease holds that is not renewed; at least two retries longer than `renewDeadline`.')
    .prefault('15s'),
  renewDeadline: durationSchema
    .describe('How long the leader tries to renew before it stops sending.')
    .prefault('10s'),
  retryPeriod: durationSchema
    .describe('How often the lease is renewed by the leader and looked at by others.')
    .prefault('2s'),
});

/** How replicas agree on one that sends, as leases of Kubernetes (coordination.k8s.io/v1) work. */
export const leaderElectionSchema = leaderElectionShape.superRefine((settings, context) => {
  const { leaseDuration, renewDeadline, retryPeriod } = settings;
  if (renewDeadline >= leaseDuration) {
    context.addIssue({ code: 'custom', path: ['renewDeadline'], message: 'must be less than leaseDuration' });
  }
  if (retryPeriod >= renewDeadline) {
    context.addIssue({ code: 'custom', path: ['retryPeriod'], message: 'must be less than renewDeadline' });
  }
});
