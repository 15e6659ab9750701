import { z } from 'zod';
import { controlPlaneReference } from './control-plane-reference.ts';
import { withRules } from './rules.ts';

const fields = z.strictObject({
  username: z.string().min(1).optional().meta({ description: 'Unique name of the consumer.' }),
  custom_id: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Unique identifier of the consumer in another system.' }),
  credentials: z.array(z.string().min(1)).optional().meta({
    description: 'Names of Secrets with credentials, in the namespace of the consumer.',
    'x-kubernetes-list-type': 'set',
  }),
  consumerGroups: z.array(z.string().min(1)).optional().meta({
    description: 'Names of KongConsumerGroups, in the namespace of the consumer.',
    'x-kubernetes-list-type': 'set',
  }),
  spec: z
    .looseObject({
      controlPlaneRef: controlPlaneReference.optional(),
      tags: z
        .array(z.string())
        .optional()
        .meta({ description: 'Tags of the consumer in Konnect.', hasNoEffect: true }),
    })
    .optional()
    .meta({ description: 'What Konnect is told of the consumer.', hasNoEffect: true }),
});

/** configuration.konghq.com/v1 KongConsumer, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongConsumerSchema = withRules(fields, [
  {
    cel: 'has(self.username) || has(self.custom_id)',
    path: ['username'],
    message: 'is required unless there is a custom_id',
    holds: ({ username, custom_id }) => username !== undefined || custom_id !== undefined,
    isIndependent: true,
  },
]);

/** A KongConsumer that is valid. */
export type KongConsumer = z.infer<typeof kongConsumerSchema>;
