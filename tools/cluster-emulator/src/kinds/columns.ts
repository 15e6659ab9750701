import { objectIn, textIn } from '../json.ts';
import type { Column } from './kind.ts';

/** The name of an object: the first column of every table. */
export const NAME: Column = {
  name: 'Name',
  type: 'string',
  read: (object) => textIn(objectIn(object, 'metadata'), 'name') ?? '',
};

/** How long an object has existed. */
export const AGE: Column = {
  name: 'Age',
  type: 'string',
  read: (object, now) => ageOf(textIn(objectIn(object, 'metadata'), 'creationTimestamp'), now),
};

/** The age of a time, as in `45s`, `12m`, `3h`, `2d`; `<unknown>` where there is no time. */
export function ageOf(time: string | undefined, now: Date): string {
  const since = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(since)) return '<unknown>';
  const seconds = Math.max(0, Math.floor((now.getTime() - since) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 3 * 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
