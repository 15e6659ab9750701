import { createHash } from 'node:crypto';
import { describeResource, type Problem, type ResourceReference } from '@silverback/errors';

/** An event about a resource, as people see it with `kubectl describe`. */
export interface ResourceEvent {
  readonly resource: ResourceReference;
  readonly type: 'Normal' | 'Warning';
  /** The code of the problem. */
  readonly reason: string;
  /** At most 1024 characters: what the API server takes (events.k8s.io/v1). Holds no secret. */
  readonly note: string;
  /** Equal for equal events: what says the same about the same object is written once, and then counted. */
  readonly key: string;
}

const MAX_NOTE = 1024;

/** An event for each problem of a resource, without repetitions. Problems without a resource have nowhere to stand. */
export function eventsFor(problems: readonly Problem[]): readonly ResourceEvent[] {
  const events = new Map<string, ResourceEvent>();
  for (const problem of problems) {
    if (problem.resource === undefined) continue;
    const event = eventFor(problem, problem.resource);
    events.set(event.key, event);
  }
  return [...events.values()];
}

function eventFor({ code, field, message, action }: Problem, resource: ResourceReference): ResourceEvent {
  const place = field === undefined || field === '' ? '' : `${field}: `;
  const note = shortened(`${place}${message}; ${action}`);
  const identity = [describeResource(resource), resource.uid ?? '', code, note].join('\0');
  return {
    resource,
    type: 'Warning',
    reason: code,
    note,
    key: createHash('sha256').update(identity).digest('hex').slice(0, 16),
  };
}

function shortened(text: string): string {
  return text.length <= MAX_NOTE ? text : `${text.slice(0, MAX_NOTE - 1)}…`;
}
