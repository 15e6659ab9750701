import { z } from 'zod';
import { integer, numberUpTo } from './numbers.ts';

/** Kong keeps seconds in 16 bits. */
const seconds = numberUpTo(65_535, 'a number of seconds');
const count = integer(0, 255);
const statuses = z.array(integer(100, 999));

/** How health is checked, in the words of Kong. */
export const CHECK_TYPE = {
  type: z
    .enum(['http', 'https', 'tcp', 'grpc', 'grpcs'])
    .optional()
    .meta({ description: 'What a target must answer to.' }),
};

/** Settings of the probes of active health checks. */
export const PROBE = {
  ...CHECK_TYPE,
  concurrency: integer(1, 2 ** 31 - 1)
    .optional()
    .meta({ description: 'How many targets are probed at once.' }),
  http_path: z
    .string()
    .regex(/^\//, { error: 'must begin with /' })
    .optional()
    .meta({ description: 'Path that is asked for.' }),
  https_sni: z.string().min(1).optional().meta({ description: 'Host name for TLS.' }),
  https_verify_certificate: z
    .boolean()
    .optional()
    .meta({ description: 'Whether the certificate of the target is verified.' }),
  timeout: seconds.optional().meta({ description: 'Seconds after which a probe has failed.' }),
  headers: z
    .record(z.string().regex(/^[\w-]+$/), z.array(z.string()))
    .optional()
    .meta({ description: 'Headers of probes, with their values.' }),
};

/** What makes a target healthy. */
export const HEALTHY = {
  http_statuses: statuses.optional().meta({ description: 'Status codes of healthy targets.' }),
  successes: count
    .optional()
    .meta({ description: 'Successes in a row; 0 never takes a target for healthy.' }),
};

/** What makes a target unhealthy. */
export const UNHEALTHY = {
  http_statuses: statuses.optional().meta({ description: 'Status codes of unhealthy targets.' }),
  http_failures: count.optional().meta({ description: 'Failed answers; 0 does not count them.' }),
  tcp_failures: count.optional().meta({ description: 'Failed connections; 0 does not count them.' }),
  timeouts: count.optional().meta({ description: 'Timeouts; 0 does not count them.' }),
};

/** How often active checks look. */
export const INTERVAL = {
  interval: seconds.optional().meta({ description: 'Seconds between two probes; 0 for none.' }),
};

/** How many of the targets must be healthy. */
export const THRESHOLD = {
  threshold: numberUpTo(100, 'a percentage')
    .optional()
    .meta({ description: 'The upstream is unhealthy when fewer percent of its weight are available.' }),
};

/** Descriptions of the parts. */
export const PARTS = {
  healthchecks: { description: 'How Kong finds out which targets are healthy.' },
  active: { description: 'Probes that Kong sends by itself.' },
  passive: { description: 'What Kong learns from the requests that it passes on.' },
  healthy: { description: 'What makes a target healthy.' },
  unhealthy: { description: 'What makes a target unhealthy.' },
} as const;
