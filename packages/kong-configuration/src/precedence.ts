import { compareCodeUnits } from './code-unit-order.ts';
import type { Precedence } from './fragment.ts';

/**
 * Compares two precedences, for sorting: the one that comes first wins a slot. The oldest first, one without a
 * timestamp last; then namespace, name and UID.
 */
export function comparePrecedence(a: Precedence, b: Precedence): number {
  return (
    compareTimestamps(a.creationTimestamp, b.creationTimestamp) ||
    compareCodeUnits(a.namespace, b.namespace) ||
    compareCodeUnits(a.name, b.name) ||
    compareCodeUnits(a.uid, b.uid)
  );
}

function compareTimestamps(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  return b === '' ? -1 : compareCodeUnits(a, b);
}
