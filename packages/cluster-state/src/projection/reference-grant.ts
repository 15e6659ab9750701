import type { GrantFrom, GrantTo, ReferenceGrantRecord } from '../records.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Projected } from './projected.ts';

/** gateway.networking.k8s.io ReferenceGrant. An entry that is not valid permits nothing. */
export function projectReferenceGrant(object: ObjectReader): Projected<ReferenceGrantRecord> {
  const spec = object.object('spec');
  return { from: spec?.parts('from', readFrom) ?? [], to: spec?.parts('to', readTo) ?? [] };
}

function readFrom(entry: ObjectReader): GrantFrom {
  return {
    group: entry.text('group') ?? '',
    kind: entry.requiredText('kind'),
    namespace: entry.requiredText('namespace'),
  };
}

/** An empty name is one that no object has, not a permission for all of them. */
function readTo(entry: ObjectReader): GrantTo {
  const name = entry.has('name') ? entry.requiredText('name') : undefined;
  return {
    group: entry.text('group') ?? '',
    kind: entry.requiredText('kind'),
    ...(name !== undefined && { name }),
  };
}
