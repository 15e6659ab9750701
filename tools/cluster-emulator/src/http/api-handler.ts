import { sleep, type Clock } from '@silverback/clock';
import { ApiFailure, qualified, unauthorized } from '../api-failure.ts';
import { mayDo, type Authentication, type User } from '../authentication.ts';
import type { Fault, Faults } from '../faults.ts';
import { textIn, type JsonObject } from '../json.ts';
import type { Kind } from '../kinds/kind.ts';
import type { KindRegistry } from '../kinds/kind-registry.ts';
import type { Caller, ObjectService } from '../objects/object-service.ts';
import type { Store } from '../store/store.ts';
import { decode, type Stored } from '../store/stored.ts';
import type { RequestRecord, Traffic, UserRequest } from '../traffic.ts';
import { negotiateView, shownView, type View } from './accept.ts';
import { discoveryDocument } from './discovery.ts';
import type { Exchange } from './exchange.ts';
import { listTexts } from './list.ts';
import { targetOf, write, type WriteResult } from './objects-api.ts';
import { readRequest } from './request-info.ts';
import { readSelection } from './selection.ts';
import type { Views } from './view.ts';
import type { Watches } from './watches.ts';

/** What an {@link ApiHandler} needs. */
export interface ApiHandlerOptions {
  readonly store: Store;
  readonly registry: KindRegistry;
  readonly objects: ObjectService;
  readonly authentication: Authentication;
  readonly faults: Faults;
  readonly traffic: Traffic;
  readonly watches: Watches;
  readonly views: Views;
  readonly clock: Clock;
  /** Called when a request about objects was answered, or a watch has begun. */
  readonly onRequest: () => void;
}

const PUBLIC_PATHS = ['/healthz', '/livez', '/readyz', '/version'];

/** A request about objects that may be served. */
interface Admitted {
  readonly request: UserRequest;
  readonly kind: Kind;
  readonly view: View;
  readonly exchange: Exchange;
  readonly faults: readonly Fault[];
}

/** Answers the requests of clients. */
export class ApiHandler {
  readonly #options: ApiHandlerOptions;

  constructor(options: ApiHandlerOptions) {
    this.#options = options;
  }

  /** Answers a request; what the API server would refuse is answered with a `Status`. */
  async handle(exchange: Exchange): Promise<void> {
    try {
      await this.#handle(exchange);
    } catch (error) {
      // Who has gone in the middle of a request gets no answer.
      if (exchange.request.socket.destroyed) return;
      exchange.failure(error instanceof ApiFailure ? error : internal(error));
    }
  }

  async #handle(exchange: Exchange): Promise<void> {
    const { authentication } = this.#options;
    const user = authentication.identify(exchange.request);
    const info = readRequest(exchange.method, exchange.url);
    if (info) {
      await this.#aboutObjects(exchange, { ...info, user: user?.name ?? '' }, user);
      return;
    }
    if (user === undefined && !PUBLIC_PATHS.includes(exchange.url.pathname)) throw unauthorized();
    const document = discoveryDocument(exchange, this.#options.registry);
    this.#options.traffic.noteOther(exchange.url.pathname, document === undefined ? 404 : 200);
    if (document === undefined) exchange.text(404, '404 page not found\n');
    else if (typeof document === 'string') exchange.text(200, document);
    else exchange.value(200, document.value, document.contentType);
  }

  async #aboutObjects(exchange: Exchange, request: UserRequest, user: User | undefined): Promise<void> {
    const faults = this.#options.faults.take(request);
    this.#note(exchange, request, faults);
    for (const fault of faults) {
      if (fault.type === 'delay') await sleep(this.#options.clock, fault.ms);
      if (fault.type === 'silence' && request.verb !== 'watch') return;
      if (fault.type === 'cut' && fault.when === 'before') {
        this.#cut(exchange, request);
        return;
      }
      if (fault.type === 'refuse') throw refusal(fault);
    }
    if (user === undefined) throw unauthorized();
    if (!mayDo(user, request)) throw forbidden(request);
    const kind = this.#kindOf(request);
    if (kind === undefined) {
      exchange.text(404, '404 page not found\n');
      return;
    }
    const view = negotiateView(exchange.request.headers.accept);
    if (view === 'metadata list' && request.verb === 'watch') {
      // No object of a watch is a list: kube-apiserver 1.35 accepts such a watch and ends it without a word.
      if (exchange.begin(200, 'application/json')) exchange.response.end();
      return;
    }
    await this.#serve({ request, kind, view: shownView(view, request.verb === 'list'), exchange, faults });
  }

  #kindOf({ group, version, plural, subresource, namespace, name }: UserRequest): Kind | undefined {
    const kind = this.#options.registry.byResource(group, version, plural);
    if (kind === undefined) return undefined;
    if (subresource !== '' && !(subresource === 'status' && kind.hasStatus)) return undefined;
    if (!kind.isNamespaced && namespace !== '') return undefined;
    return kind.isNamespaced && namespace === '' && name !== '' ? undefined : kind;
  }

  async #serve(admitted: Admitted): Promise<void> {
    const { exchange, request, kind, view, faults } = admitted;
    switch (request.verb) {
      case 'get':
        this.#get(admitted);
        return;
      case 'list':
        await exchange.stream(200, this.#list(admitted));
        return;
      case 'watch':
        await this.#options.watches.serve({
          exchange,
          request,
          kind,
          view,
          isSilent: faults.some(({ type }) => type === 'silence'),
        });
        return;
      default:
        await this.#write(admitted);
    }
  }

  #get({ exchange, request, kind, view, faults }: Admitted): void {
    const { objects, store, views } = this.#options;
    const target = targetOf(kind, request);
    const revision = staleRevision(faults);
    const stored =
      revision === undefined
        ? objects.get(target)
        : store
            .collection(kind.storage)
            .at(revision)
            .find(({ namespace, name }) => namespace === target.namespace && name === target.name);
    exchange.json(200, views.object(kind, stored ?? objects.get(target), view));
  }

  #list({ exchange, request, kind, view, faults }: Admitted): Iterable<string> {
    const { store, views } = this.#options;
    const { query } = exchange;
    const collection = store.collection(kind.storage);
    const selection = readSelection(kind, request, query);
    const source = { kind, collection, revision: store.revision, selection };
    return listTexts(source, query, view, views, staleRevision(faults) ?? store.revision);
  }

  async #write({ exchange, request, kind, view }: Admitted): Promise<void> {
    const { objects, traffic, views } = this.#options;
    const body = await exchange.body();
    const caller = callerOf(exchange);
    const note = (status: number, didChange: boolean): void => {
      const record = recordOf(exchange, request, status);
      traffic.noteWrite({ ...record, manager: caller.manager, didChange, body });
    };
    const { outcome, status, isStatus } = noting(note, () =>
      write(objects, { kind, info: request, exchange, body, caller }),
    );
    note(status, outcome.did !== 'nothing' && caller.isDryRun !== true);
    if (isStatus) exchange.value(status, successOf(request, outcome.object));
    else exchange.json(status, views.object(kind, outcome.object, view));
  }

  /** Counts the request as its answer begins, and cuts the connection there if that is wanted. */
  #note(exchange: Exchange, request: UserRequest, faults: readonly Fault[]): void {
    const isCut = faults.some((fault) => fault.type === 'cut' && fault.when === 'after');
    exchange.beforeAnswer((status) => {
      if (isCut) this.#cut(exchange, request);
      else this.#count(recordOf(exchange, request, status));
      return !isCut;
    });
  }

  #cut(exchange: Exchange, request: UserRequest): void {
    this.#count(recordOf(exchange, request, 0));
    exchange.request.socket.destroy();
  }

  #count(record: RequestRecord): void {
    this.#options.traffic.note(record);
    this.#options.onRequest();
  }
}

/** A mistake of the emulator itself: told to the client, so that a test that meets it sees it. */
function internal(error: unknown): ApiFailure {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiFailure(500, 'InternalError', `Internal error occurred: ${why}`);
}

function recordOf(exchange: Exchange, request: UserRequest, status: number): RequestRecord {
  return { ...request, status, query: exchange.url.search.slice(1) };
}

/** Notes a write that is refused. */
function noting(note: (status: number, didChange: boolean) => void, action: () => WriteResult): WriteResult {
  try {
    return action();
  } catch (error) {
    if (error instanceof ApiFailure) note(error.code, false);
    throw error;
  }
}

function callerOf({ query, request }: Exchange): Caller {
  const agent = (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? '';
  return { manager: query.get('fieldManager') ?? agent, isDryRun: query.get('dryRun') === 'All' };
}

function staleRevision(faults: readonly Fault[]): number | undefined {
  return faults.find((fault) => fault.type === 'stale')?.revision;
}

const REASONS: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  403: ['Forbidden', 'forbidden'],
  410: ['Expired', 'The resourceVersion for the provided list is too old.'],
  429: ['TooManyRequests', 'Too many requests, please try again later.'],
  500: ['InternalError', 'Internal error occurred: etcdserver: request timed out'],
  503: ['ServiceUnavailable', 'apiserver not ready'],
  504: ['Timeout', 'Timeout: request did not complete within the allotted timeout'],
};

function refusal(fault: Fault & { readonly type: 'refuse' }): ApiFailure {
  const [reason, message] = REASONS[fault.status] ?? ['', 'refused'];
  const { retryAfterSeconds } = fault;
  return new ApiFailure(
    fault.status,
    reason,
    fault.message ?? message,
    retryAfterSeconds === undefined ? undefined : { retryAfterSeconds },
  );
}

function forbidden(request: UserRequest): ApiFailure {
  const { user, verb, group, plural, subresource, namespace, name } = request;
  const resource = subresource === '' ? plural : `${plural}/${subresource}`;
  const what = name === '' ? qualified(request) : `${qualified(request)} "${name}"`;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  return new ApiFailure(403, 'Forbidden', message, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    kind: plural,
  });
}

/** What a DELETE is answered with when the object is gone. */
function successOf({ name, group, plural }: UserRequest, object: Stored): JsonObject {
  const uid = textIn(decode(object).metadata, 'uid') ?? '';
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group !== '' && { group }), kind: plural, uid },
  };
}
