import { z } from 'zod';
import { withRules } from './rules.ts';

/** Types of entities that have resources of their own. */
export const RESERVED_ENTITY_TYPES = [
  'services',
  'routes',
  'upstreams',
  'targets',
  'plugins',
  'consumers',
  'consumer_groups',
] as const;

const reserved: ReadonlySet<string> = new Set(RESERVED_ENTITY_TYPES);

const spec = z
  .strictObject({
    type: z
      .string()
      .min(1)
      .meta({ description: "Kong's name of the collection, as in `degraphql_routes`; cannot be changed." }),
    fields: z.record(z.string(), z.json()).meta({
      description: 'Fields of the entity, as Kong takes them.',
      'x-kubernetes-preserve-unknown-fields': true,
    }),
    controllerName: z.string().min(1).meta({ description: 'The ingress class that serves the entity.' }),
    parentRef: z
      .strictObject({
        group: z.string().optional().meta({ description: '`configuration.konghq.com`.' }),
        kind: z.string().optional().meta({ description: '`KongPlugin` or `KongClusterPlugin`.' }),
        namespace: z.string().optional().meta({ description: 'That of the entity unless given.' }),
        name: z.string().min(1).meta({ description: 'Name of the plugin.' }),
      })
      .optional()
      .meta({
        description: 'The plugin to which the entity belongs: it is made once for each place of the plugin.',
      }),
  })
  .meta({ description: 'The entity.' });

/** configuration.konghq.com/v1alpha1 KongCustomEntity, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongCustomEntitySchema = z.strictObject({
  spec: withRules(spec, [
    {
      cel: `!(self.type in ${JSON.stringify(RESERVED_ENTITY_TYPES)})`,
      path: ['type'],
      message: 'has a resource of its own',
      holds: ({ type }) => !reserved.has(type),
      isIndependent: true,
    },
    { cel: 'self.type == oldSelf.type', path: ['type'], message: 'cannot be changed' },
  ]),
});

/** A KongCustomEntity that is valid. */
export type KongCustomEntity = z.infer<typeof kongCustomEntitySchema>;
