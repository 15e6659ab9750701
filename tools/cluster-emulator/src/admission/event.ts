import { isEqual, isObject, objectIn, textIn, without } from '../json.ts';
import type { Content } from '../store/stored.ts';
import { checkMicroTime, Refusal } from './refusal.ts';

const EVENT = { group: 'events.k8s.io', kind: 'Event' };
const TYPES = ['Normal', 'Warning'];
const LONGEST = { reason: 128, action: 128, reportingInstance: 128, note: 1024 };

/** An Event of `events.k8s.io` as it is kept: when it was made, only its series may change. */
export function admitEvent(object: Content, before: Content | undefined): Content {
  const refusal = new Refusal();
  checkMicroTime('Event', object['eventTime']);
  checkMicroTime('Event', objectIn(object, 'series')['lastObservedTime']);
  if (before) checkChange(object, before, refusal);
  else checkNew(object, refusal);
  const { count } = objectIn(object, 'series');
  if (isObject(object['series']) && !(typeof count === 'number' && count >= 2))
    refusal.invalid('series.count', count ?? 0, 'should be at least 2');
  refusal.check(EVENT, object);
  return object;
}

function checkNew(object: Content, refusal: Refusal): void {
  if (object['eventTime'] === undefined || object['eventTime'] === null) refusal.required('eventTime');
  for (const field of ['reportingController', 'reportingInstance', 'action', 'reason'])
    if ((textIn(object, field) ?? '') === '') refusal.required(field);
  for (const [field, longest] of Object.entries(LONGEST))
    if ((textIn(object, field) ?? '').length > longest)
      refusal.invalid(field, '', `can have at most ${longest} characters`);
  const type = textIn(object, 'type') ?? '';
  if (!TYPES.includes(type)) refusal.invalid('type', type, 'has invalid value');
  checkPlace(object, refusal);
}

/** Events about things without namespace stand in `default`. */
function checkPlace(object: Content, refusal: Refusal): void {
  const own = textIn(object.metadata, 'namespace') ?? '';
  const about = textIn(objectIn(object, 'regarding'), 'namespace') ?? '';
  const isRight = about === '' ? ['default', 'kube-system'].includes(own) : about === own;
  if (!isRight) refusal.invalid('involvedObject.namespace', about, 'does not match event.namespace');
}

function checkChange(object: Content, before: Content, refusal: Refusal): void {
  const fixed = (content: Content) => without(content, 'metadata', 'series');
  for (const field of new Set([...Object.keys(fixed(object)), ...Object.keys(fixed(before))]))
    if (!isEqual(object[field], before[field])) refusal.invalid(field, '', 'field is immutable');
}
