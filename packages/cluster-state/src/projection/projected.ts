import type { ResourceRecord } from '../records.ts';

/** What a kind adds to the fields that every record has. */
export type Projected<R extends ResourceRecord> = Omit<
  R,
  'kind' | 'metadata' | 'revision' | 'location' | 'invalidFields'
>;
