import { z } from 'zod';
import { controlPlaneReference } from './control-plane-reference.ts';
import { withRules } from './rules.ts';

const fields = z.strictObject({
  spec: z
    .strictObject({
      backend: z.string().min(1).meta({ description: 'Kind of the vault, as in `env`, `hcv` or `aws`.' }),
      prefix: z
        .string()
        .min(1)
        .meta({ description: 'What references to the vault begin with; unique, cannot be changed.' }),
      description: z.string().optional().meta({ description: 'For people.' }),
      config: z.record(z.string(), z.json()).optional().meta({
        description: 'Configuration of the vault, as Kong takes it.',
        'x-kubernetes-preserve-unknown-fields': true,
      }),
      tags: z.array(z.string()).optional().meta({ description: 'Tags of the vault in Kong.' }),
      controlPlaneRef: controlPlaneReference.optional(),
    })
    .meta({ description: 'The vault.' }),
});

/** configuration.konghq.com/v1alpha1 KongVault, cluster-scoped, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongVaultSchema = withRules(fields, [
  {
    cel: 'self.spec.prefix == oldSelf.spec.prefix',
    path: ['spec', 'prefix'],
    message: 'cannot be changed',
  },
]);

/** A KongVault that is valid. */
export type KongVault = z.infer<typeof kongVaultSchema>;
