import type { Clock } from '@silverback/clock';
import { RESOURCE_TYPES, type Kind } from '@silverback/cluster-state';
import type { ResourceReference } from '@silverback/errors';
import type { StatusDecision } from '@silverback/resource-status';
import { isRefusal } from '../access/api-error.ts';
import type { ApiRequest, KubeHttp } from '../access/kube-http.ts';
import type { ApiObject } from '../reflector/api-object.ts';
import { CONTROLLER_NAME, type ObservedStatus } from '../source/observed-status.ts';
import type { ObservedStatuses } from '../source/observed-statuses.ts';
import { groupPath } from '../source/served-kinds.ts';
import { mergedAncestors, saysTheSame } from './status-content.ts';
import { WriteQueue, type WriteEvent, type WriteItem } from './write-queue.ts';

/** As whom Silverback owns the fields that it writes. */
export const FIELD_MANAGER = 'silverback';

/** What a {@link StatusWriter} needs. */
export interface StatusWriterOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  /** What the statuses say now, and where answers are noted. */
  readonly statuses: ObservedStatuses;
  /** The version in which a kind is served; undefined where it is not. */
  readonly apiVersionOf: (kind: Kind) => string | undefined;
  /** The fence: false on a replica that must not write. */
  readonly mayWrite: () => boolean;
  /** Writes a second, after a burst (default 50). */
  readonly perSecond?: number;
  /** Writes at once (default 100). */
  readonly burst?: number;
  readonly random?: () => number;
  readonly onEvent?: (event: WriteEvent) => void;
}

interface StatusItem extends WriteItem {
  readonly decision: StatusDecision;
}

/** How often a status that others change at the same moment is read again. */
const CONFLICTS = 5;

/**
 * Writes statuses. Conditions go by server-side apply, which leaves other fields and conditions alone; lists that the
 * API server takes only whole are read, changed, and written with the resource version that they were read at.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  readonly #queue: WriteQueue<StatusItem>;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
    const { clock, mayWrite, perSecond = 50, burst = 100, random = Math.random, onEvent } = options;
    this.#queue = new WriteQueue<StatusItem>({
      clock,
      random,
      perSecond,
      burst,
      mayWrite,
      isSame: (left, right) => saysTheSame(left.decision, right.decision),
      isNeeded: ({ decision }) => this.#isNeeded(decision),
      write: (item, signal) => this.#write(item.decision, signal),
      onEvent: onEvent ?? (() => undefined),
    });
  }

  /** How many statuses are waiting to be written. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Writes what was decided, in its own time: it comes before what was decided earlier, and replaces it. */
  write(decisions: readonly StatusDecision[]): void {
    this.#queue.put(
      decisions.map((decision) => ({
        key: keyOf(decision.resource),
        kind: decision.resource.kind,
        decision,
      })),
    );
  }

  /** Nothing of what was decided about a resource is to be written any more. */
  drop(resource: ResourceReference): void {
    this.#queue.drop(keyOf(resource));
  }

  /** Waits until everything is written, but no longer than `limitMs`. */
  flush(limitMs: number): Promise<void> {
    return this.#queue.flush(limitMs);
  }

  /** Drops what waits; nothing is written after it resolves. */
  stop(): Promise<void> {
    return this.#queue.stop();
  }

  #observed({ kind, namespace, name }: ResourceReference): ObservedStatus | undefined {
    return this.#options.statuses.get(kind, namespace, name);
  }

  /** What an answer or the watch shows already need not be written. */
  #isNeeded(decision: StatusDecision): boolean {
    const observed = this.#observed(decision.resource);
    if (observed === undefined || isAnother(decision.resource, observed.reference)) return false;
    const condition = observed.conditions.find(({ type }) => type === decision.condition?.type);
    return !saysTheSame(decision, {
      resource: decision.resource,
      ...(decision.condition && condition && { condition }),
      ...(decision.addresses && { addresses: observed.addresses }),
      ...(decision.ancestors && { ancestors: observed.ancestors ?? [] }),
    });
  }

  async #write(decision: StatusDecision, signal: AbortSignal): Promise<void> {
    if (decision.condition) await this.#applyCondition(decision, signal);
    else if (decision.ancestors)
      await this.#retrying(decision, signal, () => this.#ancestors(decision, signal));
    else if (decision.addresses) {
      await this.#retrying(decision, signal, (from) => this.#addresses(decision, from, signal));
    }
  }

  async #applyCondition({ resource, condition }: StatusDecision, signal: AbortSignal): Promise<void> {
    const { kind, namespace, name } = resource;
    const conditions = [condition];
    const status =
      kind === 'KongLicense'
        ? { controllers: [{ controllerName: CONTROLLER_NAME, conditions }] }
        : { conditions };
    const body = {
      apiVersion: this.#apiVersion(kind),
      kind,
      metadata: { name, ...(namespace !== '' && { namespace }) },
      status,
    };
    const query = { fieldManager: FIELD_MANAGER, force: 'true' };
    await this.#send(resource, { query, body, contentType: 'application/apply-patch+yaml', signal });
  }

  /** First from what the watch shows, which costs one request; after a conflict from what the object says now. */
  async #retrying(
    { resource }: StatusDecision,
    signal: AbortSignal,
    bodyFrom: (observed: ObservedStatus | undefined) => Promise<object>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const body = await bodyFrom(attempt === 1 ? this.#observed(resource) : undefined);
      try {
        const query = { fieldManager: FIELD_MANAGER };
        await this.#send(resource, { query, body, contentType: 'application/merge-patch+json', signal });
        return;
      } catch (error) {
        if (!isRefusal(error, 409) || attempt === CONFLICTS) throw error;
      }
    }
  }

  async #addresses(
    { resource, addresses }: StatusDecision,
    from: ObservedStatus | undefined,
    signal: AbortSignal,
  ): Promise<object> {
    const resourceVersion = from?.resourceVersion ?? versionOf(await this.#read(resource, signal));
    return { metadata: { resourceVersion }, status: { loadBalancer: { ingress: addresses } } };
  }

  /** Always read: the entries of other controllers are not kept. */
  async #ancestors({ resource, ancestors = [] }: StatusDecision, signal: AbortSignal): Promise<object> {
    const object = await this.#read(resource, signal);
    const status = { ancestors: mergedAncestors(object, ancestors) };
    return { metadata: { resourceVersion: versionOf(object) }, status };
  }

  async #read(resource: ResourceReference, signal: AbortSignal): Promise<ApiObject> {
    return (await this.#options.http.json({ path: this.#pathOf(resource), signal })) as ApiObject;
  }

  async #send(resource: ResourceReference, request: Omit<ApiRequest, 'path' | 'method'>): Promise<void> {
    const path = `${this.#pathOf(resource)}/status`;
    const answer = (await this.#options.http.json({ ...request, method: 'PATCH', path })) as ApiObject;
    this.#options.statuses.takeAnswer(resource.kind as Kind, answer);
  }

  #pathOf({ kind, namespace, name }: ResourceReference): string {
    const scope = namespace === '' ? '' : `/namespaces/${namespace}`;
    return `${groupPath(this.#apiVersion(kind))}${scope}/${RESOURCE_TYPES[kind as Kind].plural}/${name}`;
  }

  #apiVersion(kind: string): string {
    return this.#options.apiVersionOf(kind as Kind) ?? RESOURCE_TYPES[kind as Kind].apiVersions[0];
  }
}

function keyOf({ kind, namespace, name }: ResourceReference): string {
  return `${kind}/${namespace}/${name}`;
}

/**
 * Whether an object was made anew under the same name since something was decided about it; there is another decision on
 * its way then. The API server does not look at the uid when a status is applied (seen with 1.35).
 */
function isAnother(decided: ResourceReference, { uid }: ResourceReference): boolean {
  return decided.uid !== undefined && uid !== undefined && decided.uid !== uid;
}

function versionOf(object: ApiObject): string {
  return object.metadata?.resourceVersion ?? '';
}
