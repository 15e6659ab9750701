import { z } from 'zod';

/** Where what Kong refused is kept. */
export const ledgerSchema = z.strictObject({
  store: z
    .enum(['auto', 'secret', 'directory'], { error: 'must be auto, secret or directory' })
    .describe(
      'Where the ledger (what Kong refused) is kept: a Secret for each fleet, called LEASENAME-ledger-FLEET in the namespace of the Lease, or `stateDirectory`; auto takes the Secret where the source is kubernetes.',
    )
    .prefault('auto'),
});
