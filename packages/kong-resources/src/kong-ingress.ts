import { z } from 'zod';
import { CHECK_TYPE, HEALTHY, INTERVAL, PARTS, PROBE, THRESHOLD, UNHEALTHY } from './health-checks.ts';
import { integer } from './numbers.ts';

const hashInput = z.enum(['none', 'consumer', 'ip', 'header', 'cookie', 'path', 'query_arg', 'uri_capture']);
const name = z.string().min(1);

const healthchecks = z.strictObject({
  ...THRESHOLD,
  active: z
    .strictObject({
      ...PROBE,
      healthy: z
        .strictObject({ ...HEALTHY, ...INTERVAL })
        .optional()
        .meta(PARTS.healthy),
      unhealthy: z
        .strictObject({ ...UNHEALTHY, ...INTERVAL })
        .optional()
        .meta(PARTS.unhealthy),
    })
    .optional()
    .meta(PARTS.active),
  passive: z
    .strictObject({
      ...CHECK_TYPE,
      healthy: z.strictObject(HEALTHY).optional().meta(PARTS.healthy),
      unhealthy: z.strictObject(UNHEALTHY).optional().meta(PARTS.unhealthy),
    })
    .optional()
    .meta(PARTS.passive),
});

const upstream = z.strictObject({
  algorithm: z
    .enum(['round-robin', 'consistent-hashing', 'least-connections', 'latency'])
    .optional()
    .meta({ description: 'How a target is chosen.' }),
  slots: integer(10, 65_536).optional().meta({ description: 'Slots of the ring of consistent hashing.' }),
  host_header: name.optional().meta({ description: 'Host that the targets are asked for.' }),
  healthchecks: healthchecks.optional().meta(PARTS.healthchecks),
  hash_on: hashInput.optional().meta({ description: 'What decides about the target of a request.' }),
  hash_fallback: hashInput.optional().meta({ description: 'What decides where `hash_on` is missing.' }),
  hash_on_header: name.optional().meta({ description: 'Name of the header for `hash_on`.' }),
  hash_fallback_header: name.optional().meta({ description: 'Name of the header for `hash_fallback`.' }),
  hash_on_cookie: name.optional().meta({ description: 'Name of the cookie.' }),
  hash_on_cookie_path: name.optional().meta({ description: 'Path of the cookie.' }),
  hash_on_query_arg: name.optional().meta({ description: 'Name of the parameter for `hash_on`.' }),
  hash_fallback_query_arg: name
    .optional()
    .meta({ description: 'Name of the parameter for `hash_fallback`.' }),
  hash_on_uri_capture: name.optional().meta({ description: 'Name of the group for `hash_on`.' }),
  hash_fallback_uri_capture: name.optional().meta({ description: 'Name of the group for `hash_fallback`.' }),
});

const ignored = z.record(z.string(), z.json()).optional();

/**
 * configuration.konghq.com/v1 KongIngress, without `metadata`, `apiVersion`, `kind` and `status`. Deprecated: only
 * `upstream` has an effect, as in Kong's own controller since version 3.0.
 */
export const kongIngressSchema = z.strictObject({
  upstream: upstream
    .optional()
    .meta({ description: 'How requests are spread over the targets of a Service, in the words of Kong.' }),
  proxy: ignored.meta({
    description: 'Has no effect: use annotations of the Service.',
    hasNoEffect: true,
    'x-kubernetes-preserve-unknown-fields': true,
  }),
  route: ignored.meta({
    description: 'Has no effect: use annotations of the Ingress.',
    hasNoEffect: true,
    'x-kubernetes-preserve-unknown-fields': true,
  }),
});

/** A KongIngress that is valid. */
export type KongIngress = z.infer<typeof kongIngressSchema>;
