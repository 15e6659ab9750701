import { z } from 'zod';

/** configuration.konghq.com/v1alpha1 KongLicense, cluster-scoped, without `metadata`, `apiVersion`, `kind` and `status`. */
export const kongLicenseSchema = z.strictObject({
  rawLicenseString: z.string().min(1).meta({ description: 'The licence, as Kong gave it.' }),
  enabled: z
    .boolean()
    .optional()
    .meta({ description: 'False to leave the licence out; true unless given.', default: true }),
});

/** A KongLicense that is valid. */
export type KongLicense = z.infer<typeof kongLicenseSchema>;
