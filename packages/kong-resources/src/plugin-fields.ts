import { z } from 'zod';
import { withRules, type Rule } from './rules.ts';

/** The protocols that a plugin may be limited to. */
export const PLUGIN_PROTOCOLS = ['http', 'https', 'grpc', 'grpcs', 'tcp', 'tls', 'udp'] as const;

const pluginNames = z.strictObject({
  access: z
    .array(z.string().min(1))
    .optional()
    .meta({ description: 'Names of plugins, for the phase in which access is decided.' }),
});

/** `configFrom` is all there is. */
function alone(other: 'config' | 'configPatches'): Rule<Readonly<Record<string, unknown>>> {
  return {
    cel: `!has(self.configFrom) || !has(self.${other})`,
    path: ['configFrom'],
    message: `cannot be given together with ${other}`,
    holds: (plugin) => plugin['configFrom'] === undefined || plugin[other] === undefined,
    isIndependent: true,
  };
}

const RULES: readonly Rule<Readonly<Record<string, unknown>>>[] = [
  alone('config'),
  alone('configPatches'),
  { cel: 'self.plugin == oldSelf.plugin', path: ['plugin'], message: 'cannot be changed' },
];

// The type of a schema is too long to be written down: it is inferred here.
function buildSchema<S extends z.ZodType>(secretKey: S) {
  const valueFromSecret = z
    .strictObject({ secretKeyRef: secretKey })
    .meta({ description: 'Where the value comes from.' });
  const schema = z.strictObject({
    plugin: z
      .string()
      .min(1)
      .meta({ description: 'Name of the plugin as Kong knows it; cannot be changed.' }),
    config: z.record(z.string(), z.json()).optional().meta({
      description: 'Configuration of the plugin, as Kong takes it.',
      'x-kubernetes-preserve-unknown-fields': true,
    }),
    configFrom: valueFromSecret
      .optional()
      .meta({ description: 'A Secret that holds the whole configuration as JSON or YAML.' }),
    configPatches: z
      .array(
        z.strictObject({
          path: z.string().meta({ description: 'Where the value goes, as a JSON pointer into `config`.' }),
          valueFrom: valueFromSecret,
        }),
      )
      .optional()
      .meta({ description: 'Values from Secrets that are put into `config` at JSON pointers.' }),
    disabled: z
      .boolean()
      .optional()
      .meta({ description: 'Keeps the plugin in the configuration, switched off.' }),
    run_on: z
      .enum(['first', 'second', 'all'])
      .optional()
      .meta({ description: 'Has no effect on the versions of Kong in use today.', hasNoEffect: true }),
    protocols: z
      .array(z.enum(PLUGIN_PROTOCOLS))
      .optional()
      .meta({ description: 'The plugin runs for requests of these protocols only.' }),
    ordering: z
      .strictObject({
        before: pluginNames.optional().meta({ description: 'This one runs before these.' }),
        after: pluginNames.optional().meta({ description: 'This one runs after these.' }),
      })
      .optional()
      .meta({ description: 'Plugins before or after which this one runs.' }),
    instance_name: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Name of the plugin in logs and statistics.' }),
    consumerRef: z.string().optional().meta({ description: 'Has no effect.', hasNoEffect: true }),
  });
  return withRules(schema, RULES);
}

/**
 * The fields that KongPlugin and KongClusterPlugin share, with the rules between them.
 *
 * @param secretKey - how a value of a Secret is named
 */
export function pluginSchema<S extends z.ZodType>(secretKey: S): ReturnType<typeof buildSchema<S>> {
  return buildSchema(secretKey);
}
