import { isIP } from 'node:net';
import { z } from 'zod';
import { durationOrZeroSchema, durationSchema } from './duration.ts';
import { headersSchema } from './headers-schema.ts';
import { pathSchema } from './path-schema.ts';
import { NAMESPACED_NAME } from './status-schema.ts';

/** A mistake that a discovery backend finds in its own settings. */
export interface DiscoveryIssue {
  /** Path below the entry, as in `static.proxies[1]`; empty for the entry itself. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
}

/**
 * Checks one entry of a fleet's `discovery`: an object whose only key names the backend. Only the app knows
 * which backends there are. Must not throw.
 */
export type CheckDiscovery = (
  entry: Readonly<Record<string, unknown>>,
  fleet: { readonly fleet: string; readonly insecure: boolean },
) => readonly DiscoveryIssue[];

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOST_LABEL = '[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?';
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${HOST_LABEL}(\\.${HOST_LABEL})*$`);

const SERVER_NAME_MISTAKE =
  'must be a DNS name, such as kong-admin.kong.svc, or an IP address (IPv6 without brackets)';

/** What ends in a number is meant as an IPv4 address and must be one (WHATWG URL, 3.5). */
function isServerName(name: string): boolean {
  return isIP(name) !== 0 || (DNS_NAME.test(name) && !/(?:^|\.)\d+$/.test(name));
}

/** SHA-256 is 32 bytes: 43 characters of base64 and one of padding. */
const SHA256_BASE64 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const tlsSchema = z.strictObject({
  caFile: pathSchema
    .describe('PEM bundle of the CAs that proxies’ certificates must come from. Required unless `insecure`.')
    .optional(),
  certFile: pathSchema.describe('PEM chain of the client certificate; goes with `keyFile`.').optional(),
  keyFile: pathSchema
    .describe('PEM of the client certificate’s private key; goes with `certFile`.')
    .optional(),
  serverName: z
    .string()
    // The pattern is for the JSON Schema, which cannot hold the rest.
    .regex(/^[-A-Za-z0-9.:]{1,253}$/, { error: SERVER_NAME_MISTAKE, abort: true })
    .refine(isServerName, { error: SERVER_NAME_MISTAKE })
    .describe(
      'The name, or the IP address, that every proxy’s certificate must carry; without it a discovery gives one for each proxy.',
    )
    .optional(),
  serverPublicKeySha256: z
    .array(
      z
        .string()
        .regex(SHA256_BASE64, { error: 'must be a SHA-256 in base64: 44 characters, the last one "="' }),
    )
    .min(1, { error: 'must have at least one entry; leave it out to allow every key' })
    .describe(
      'SHA-256 in base64 of the public keys (SPKI) that proxies may have; checked beside CA and name. List the next key before it is used.',
    )
    .optional(),
  caOverlap: durationOrZeroSchema
    .describe(
      'How long CAs that are taken out of `caFile` while running stay trusted; `0s` distrusts them at once.',
    )
    .prefault('1h'),
});

const adminApiSchema = z.strictObject({
  tls: tlsSchema.prefault({}).describe('TLS towards the Admin APIs.'),
  secret: z
    .string()
    .regex(NAMESPACED_NAME, { error: 'must be namespace/name of a Secret' })
    .describe(
      'Secret (namespace/name) of the cluster with `ca.crt`, `tls.crt`, `tls.key` and `token`, as far as they are needed, in place of `caFile`, `certFile`, `keyFile` and `tokenFile`; followed without a restart.',
    )
    .optional(),
  tokenFile: pathSchema.describe('File with the token for the header `Kong-Admin-Token`.').optional(),
  headers: headersSchema
    .describe('Further headers of every request, by name: each with the file of its value.')
    .optional(),
  livenessPath: z
    .string()
    .startsWith('/', { error: 'must start with "/"' })
    .describe('Path of the Admin API that says whether a proxy is alive.')
    .prefault('/status'),
  applyTimeout: durationSchema
    .describe('How long a proxy may take to apply a configuration that was sent in full.')
    .prefault('10m'),
});

const pacingSchema = z.strictObject({
  paceFactor: z
    .number({ error: 'must be a number from 0 to 10' })
    .min(0, { error: 'must be a number from 0 to 10' })
    .max(10, { error: 'must be a number from 0 to 10' })
    .describe(
      'How many times its last apply time a proxy is left alone after it accepted a configuration; up to a quarter longer while changes keep coming.',
    )
    .prefault(1),
  uploads: z
    .int({ error: 'must be a whole number from 1 to 1000' })
    .min(1, { error: 'must be a whole number from 1 to 1000' })
    .max(1000, { error: 'must be a whole number from 1 to 1000' })
    .describe('How many uploads may make progress at once.')
    .prefault(32),
  statusInterval: durationSchema.describe('How often each proxy is asked what it holds.').prefault('2s'),
});

const heldRetrySchema = z.strictObject({
  min: durationSchema
    .describe(
      'How long a resource that Kong refused waits at first, if it does not change; each refusal doubles it.',
    )
    .prefault('5m'),
  max: durationSchema.describe('How long it waits at most.').prefault('1h'),
});

const fleetShape = z.strictObject({
  name: z
    .string()
    .regex(DNS_LABEL, {
      error: 'must be a DNS label: at most 63 of a-z, 0-9 and "-", with a letter or digit at both ends',
    })
    .describe('Name of the fleet in logs, metrics and reports; each name once.'),
  insecure: z
    .boolean()
    .describe('Allows http:// and connections without TLS for this fleet.')
    .prefault(false),
  discovery: z
    .array(z.record(z.string(), z.unknown()))
    .min(1, { error: 'must have at least one entry' })
    .describe('Where the proxies are found: entries of one key each, which names the discovery backend.'),
  router: z
    .enum(['traditional_compatible', 'traditional', 'expressions'])
    .describe('The router flavour of all proxies, whatever they say themselves.')
    .optional(),
  kongVersion: z
    .string()
    .regex(/^3\.\d+/, { error: 'must be a version of Kong 3, such as 3.9 or 3.9.1' })
    .describe('The version of Kong of all proxies, whatever they say themselves.')
    .optional(),
  adminApi: adminApiSchema.prefault({}).describe('How the Admin APIs of the proxies are reached.'),
  pacing: pacingSchema.prefault({}).describe('How eagerly configurations are sent.'),
  heldRetry: heldRetrySchema
    .prefault({})
    .describe(
      'When resources that Kong refused are offered again, to one proxy, although they have not changed.',
    ),
  shrinkGuard: z
    .enum(['on', 'off'], { error: 'must be on or off' })
    .describe(
      'Holds a configuration for a minute that lost more than half of the routes right after the resources were read anew: after a start, a relist, a change of CRDs.',
    )
    .prefault('on'),
});

/**
 * The schema of one fleet. A function because only the caller knows the discovery backends; made to be used again
 * wherever the settings of a fleet come from.
 *
 * @param checkDiscovery - checks each entry of `discovery`; without it their content is not looked at
 */
export function fleetSchema(checkDiscovery?: CheckDiscovery): typeof fleetShape {
  return fleetShape.superRefine(
    (fleet: unknown, context) => {
      for (const mistake of [...tlsMistakes(fleet), ...discoveryMistakes(fleet, checkDiscovery)]) {
        // The path is a copy, because the schema library writes into it.
        context.addIssue({ code: 'custom', ...mistake, path: [...mistake.path] });
      }
    },
    // Also when other parts are wrong: people want to hear of every mistake at once.
    { when: () => true },
  );
}

interface Mistake {
  readonly path: (string | number)[];
  readonly message: string;
  readonly params?: { readonly missing?: boolean; readonly below?: string };
}

function tlsMistakes(fleet: unknown): Mistake[] {
  if (!isRecord(fleet) || !isRecord(fleet['adminApi']) || !isRecord(fleet['adminApi']['tls'])) return [];
  const tls = fleet['adminApi']['tls'];
  const at = (field: string): string[] => ['adminApi', 'tls', field];
  const mistakes: Mistake[] = [];
  const missing = (field: string, message: string): void => {
    if (tls[field] === undefined) mistakes.push({ path: at(field), message, params: { missing: true } });
  };
  if (fleet['adminApi']['secret'] !== undefined)
    return [...mistakes, ...doubledBySecret(fleet['adminApi'], tls)];
  if (fleet['insecure'] !== true) {
    missing(
      'caFile',
      'is required, because system roots are never trusted; or set insecure: true for this fleet',
    );
  }
  if (tls['keyFile'] !== undefined) missing('certFile', 'is required, because keyFile is given');
  if (tls['certFile'] !== undefined) missing('keyFile', 'is required, because certFile is given');
  return mistakes;
}

/** Files that give what the Secret gives. */
function doubledBySecret(
  adminApi: Readonly<Record<string, unknown>>,
  tls: Readonly<Record<string, unknown>>,
): Mistake[] {
  const message = 'cannot be given beside adminApi.secret: leave one out';
  const files = ['caFile', 'certFile', 'keyFile'].filter((field) => tls[field] !== undefined);
  return [
    ...files.map((field) => ({ path: ['adminApi', 'tls', field], message })),
    ...(adminApi['tokenFile'] === undefined ? [] : [{ path: ['adminApi', 'tokenFile'], message }]),
  ];
}

function discoveryMistakes(fleet: unknown, check: CheckDiscovery | undefined): Mistake[] {
  if (!isRecord(fleet) || !Array.isArray(fleet['discovery'])) return [];
  const about = {
    fleet: typeof fleet['name'] === 'string' ? fleet['name'] : '',
    insecure: fleet['insecure'] === true,
  };
  return fleet['discovery'].flatMap((entry: unknown, index) => {
    if (!isRecord(entry)) return [];
    const keys = Object.keys(entry);
    const path = ['discovery', index];
    if (keys.length !== 1) {
      return [{ path, message: `must have one key, the name of a discovery backend, not ${keys.length}` }];
    }
    return (check?.(entry, about) ?? []).map((issue): Mistake => ({
      path,
      message: issue.message,
      params: { below: issue.path },
    }));
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settings of one fleet, checked and with defaults; durations in ms. */
export type FleetSettings = z.output<typeof fleetShape>;
