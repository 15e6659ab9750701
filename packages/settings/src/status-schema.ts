import { z } from 'zod';

/** `namespace/name` of an object. */
export const NAMESPACED_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const ADDRESS = /^[A-Za-z0-9:]([-A-Za-z0-9.:]{0,251}[A-Za-z0-9:])?$/;

/** What is written into the status of resources. */
export const statusSchema = z.strictObject({
  enabled: z
    .boolean()
    .describe('Whether the status of resources and events are written into the cluster.')
    .prefault(true),
  publishService: z
    .string()
    .regex(NAMESPACED_NAME, { error: 'must be namespace/name of a Service' })
    .describe('Service (namespace/name) whose addresses stand in the status of Ingresses.')
    .optional(),
  publishAddresses: z
    .array(z.string().regex(ADDRESS, { error: 'must be an IP address or a host name' }))
    .describe('Addresses that stand in the status of Ingresses instead of those of a Service.')
    .prefault([]),
});
