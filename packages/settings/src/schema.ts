import { z } from 'zod';
import { type CheckDiscovery, fleetSchema } from './fleet-schema.ts';
import { listenAddressSchema } from './listen-address.ts';
import { leaderElectionSchema } from './leader-election-schema.ts';
import { ledgerSchema } from './ledger-schema.ts';
import { modulesSchema } from './modules.ts';
import { pathSchema } from './path-schema.ts';
import { sourceSchema } from './source-schema.ts';
import { statusSchema } from './status-schema.ts';
import { translationSchema } from './translation-schema.ts';

/** The levels of the log, from the most to the least talkative. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/**
 * The schema of all settings.
 *
 * @param checkDiscovery - checks each entry of a fleet's `discovery`
 */
export function settingsSchema(checkDiscovery?: CheckDiscovery): ReturnType<typeof buildSchema> {
  return buildSchema(checkDiscovery);
}

// The type of a schema is too long to be written down: it is inferred here.
function buildSchema(checkDiscovery: CheckDiscovery | undefined) {
  const shape = z.strictObject({
    source: sourceSchema.prefault({ kubernetes: {} }).describe('Where the Kubernetes resources come from.'),
    stateDirectory: pathSchema
      .describe(
        'Directory for what has to survive a restart: what Kong refused, and the last accepted configurations with their keys (readable for the owner only).',
      )
      .prefault('./.silverback'),
    ingressClass: z
      .string()
      .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, {
        error: 'must be the name of an IngressClass: lower-case letters, digits, "-" and "."',
      })
      .describe('The IngressClass whose Ingresses are served.')
      .prefault('kong'),
    translation: translationSchema.prefault({}).describe('How resources become configuration.'),
    leaderElection: leaderElectionSchema
      .prefault({})
      .describe('How replicas agree on one that sends; for the source kubernetes.'),
    status: statusSchema
      .prefault({})
      .describe('What is written into the cluster; for the source kubernetes.'),
    ledger: ledgerSchema.prefault({}).describe('What Kong refused, over restarts and for all replicas.'),
    modules: modulesSchema,
    fleets: z
      .array(fleetSchema(checkDiscovery))
      .min(1, { error: 'must have at least one fleet' })
      .superRefine(
        (fleets: unknown, context) => {
          for (const index of repeatedNames(fleets)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: 'is the name of another fleet',
            });
          }
        },
        { when: () => true },
      )
      .describe('The fleets of proxies.'),
    log: z
      .strictObject({
        level: z.enum(LOG_LEVELS).describe('The least important events that are logged.').prefault('info'),
      })
      .prefault({})
      .describe('The log: JSON lines on stdout.'),
    health: z
      .strictObject({
        enabled: z.boolean().describe('Whether there is a health server.').prefault(true),
        address: listenAddressSchema
          .describe('Where /healthz, /readyz, /metrics and /fleets are served.')
          .prefault('127.0.0.1:8080'),
      })
      .prefault({})
      .describe('The health server.'),
    debug: z
      .strictObject({
        enabled: z.boolean().describe('Whether there is a debug server.').prefault(false),
        address: listenAddressSchema
          .describe(
            'Where /debug/configuration, /debug/fleets, /debug/problems, /debug/reflectors and /debug/sources are served; secrets are masked.',
          )
          .prefault('127.0.0.1:8081'),
      })
      .prefault({})
      .describe('The debug server.'),
  });
  return shape.superRefine(
    (settings: unknown, context) => {
      for (const mistake of clusterMistakes(settings)) context.addIssue({ code: 'custom', ...mistake });
    },
    { when: () => true },
  );
}

/** What only a cluster has can't be asked for without one. */
function clusterMistakes(settings: unknown): { path: (string | number)[]; message: string }[] {
  const { source, ledger, fleets } = settings as Readonly<Record<string, unknown>>;
  if (!isRecord(source) || source['directory'] === undefined) return [];
  const message = 'needs the source kubernetes';
  const secrets = (Array.isArray(fleets) ? fleets : []).flatMap((fleet: unknown, index) => {
    const adminApi = isRecord(fleet) ? fleet['adminApi'] : undefined;
    if (!isRecord(adminApi) || adminApi['secret'] === undefined) return [];
    return [{ path: ['fleets', index, 'adminApi', 'secret'], message }];
  });
  const stored =
    isRecord(ledger) && ledger['store'] === 'secret' ? [{ path: ['ledger', 'store'], message }] : [];
  return [...stored, ...secrets];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function repeatedNames(fleets: unknown): number[] {
  if (!Array.isArray(fleets)) return [];
  const names = fleets.map((fleet: unknown) =>
    typeof fleet === 'object' && fleet !== null && 'name' in fleet ? fleet.name : undefined,
  );
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index ? [index] : [],
  );
}

/** All settings, checked and with defaults; durations in ms, paths absolute. */
export type Settings = z.output<ReturnType<typeof settingsSchema>>;

/** The JSON Schema (draft 2020-12) of a settings file, for editors. */
export function settingsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(settingsSchema(), { io: 'input' });
}
