import { z } from 'zod';

const DOMAIN = /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*)?$/;

/** What becomes of something whose plugin is not there. */
export const MISSING_PLUGIN = ['leave-out', 'ignore'] as const;

/** How resources become configuration. */
export const translationSchema = z.strictObject({
  missingPlugin: z
    .enum(MISSING_PLUGIN)
    .describe(
      'What becomes of a route, service or consumer that asks for a plugin that is missing or refused: left out, or served without it, as by the controller of Kong.',
    )
    .prefault('leave-out'),
  drainSupport: z
    .boolean()
    .describe('Keeps endpoints that terminate as targets without new connections, so that sessions can end.')
    .prefault(false),
  clusterDomain: z
    .string()
    .regex(DOMAIN, { error: 'must be a DNS name such as cluster.local' })
    .describe(
      'Domain of the cluster, as in cluster.local: the end of the names of Services with service-upstream.',
    )
    .prefault(''),
});
