import type { JsonObject } from '../json.ts';
import type { Content } from '../store/stored.ts';
import type { Kind } from './kind.ts';

/** Names of fields in `events.k8s.io/v1`, by their names in `v1`, in which Events are kept. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  reportingComponent: 'reportingController',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
};

const OLD_NAMES = Object.fromEntries(Object.entries(NEW_NAMES).map(([old, now]) => [now, old]));

/** Events are one thing in two groups, with other names for some fields. */
export const EVENT_CONVERSION: NonNullable<Kind['conversion']> = {
  toStored: (object) => renamed(object, OLD_NAMES),
  fromStored: (object) => renamed(object, NEW_NAMES),
};

function renamed(object: Content, names: Readonly<Record<string, string>>): Content {
  const { metadata, ...rest } = object;
  const fields: JsonObject = Object.fromEntries(
    Object.entries(rest).map(([field, value]) => [names[field] ?? field, value]),
  );
  return { metadata, ...fields };
}
