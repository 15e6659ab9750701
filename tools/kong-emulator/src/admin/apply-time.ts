import type { JsonRecord } from '../json.ts';
import { isRecord } from '../json.ts';
import type { DataModel } from '../schema/model.ts';

/** Milliseconds an entity costs a real node with two workers, by type; measured with 5,000 routes. */
const COST: Readonly<Record<string, number>> = { upstreams: 0.4, targets: 0.15, services: 0.2, routes: 0.25 };
const OTHER = 0.1;
const BASE = 10;

/** Shares of the whole time: how long after the 201 the routes work, and the section in which no other may be. */
export const ACTIVATION_SHARE = 0.5;
export const COMMIT_SHARE = 0.1;

/** How long a real node takes for a document, in ms. */
export function applyTime(document: JsonRecord, model: DataModel): number {
  const count = (holder: JsonRecord, types: Iterable<string>): number => {
    let sum = 0;
    for (const type of types) {
      const list = holder[type];
      if (!Array.isArray(list)) continue;
      for (const item of list)
        sum +=
          (COST[type] ?? OTHER) + (isRecord(item) ? count(item, model.children.get(type)?.keys() ?? []) : 0);
    }
    return sum;
  };
  return BASE + count(document, model.types.keys());
}
