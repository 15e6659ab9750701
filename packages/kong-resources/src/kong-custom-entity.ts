import { z } from 'zod';

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

/** configuration.konghq.com/v1alpha1 KongCustomEntity, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongCustomEntitySchema = z.strictObject({
  spec: z.strictObject({
    type: z
      .string()
      .min(1)
      .refine((type) => !reserved.has(type), { error: 'has a resource of its own' })
      .meta({ description: "Kong's name of the collection, as in `degraphql_routes`; cannot be changed." }),
    fields: z.record(z.string(), z.json()).meta({
      description: 'Fields of the entity, as Kong takes them.',
      'x-kubernetes-preserve-unknown-fields': true,
    }),
    controllerName: z.string().min(1).meta({ description: 'The ingress class that serves the entity.' }),
    parentRef: z
      .strictObject({
        group: z.string().optional(),
        kind: z.string().optional(),
        namespace: z.string().optional(),
        name: z.string().min(1),
      })
      .optional()
      .meta({
        description: 'The plugin to which the entity belongs: it is made once for each place of the plugin.',
      }),
  }),
});

/** A KongCustomEntity that is valid. */
export type KongCustomEntity = z.infer<typeof kongCustomEntitySchema>;
