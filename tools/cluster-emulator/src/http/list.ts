import { ApiFailure, badRequest, tooLarge } from '../api-failure.ts';
import type { JsonObject } from '../json.ts';
import type { Kind } from '../kinds/kind.ts';
import type { Collection } from '../store/collection.ts';
import type { Stored } from '../store/stored.ts';
import type { View } from './accept.ts';
import { readContinue, writeContinue, type ContinueToken } from './continue-token.ts';
import type { Selection } from './selection.ts';
import { listFrame, type Views } from './view.ts';

/** What a list is made of. */
export interface ListSource {
  readonly kind: Kind;
  readonly collection: Collection;
  /** The revision of the last write. */
  readonly revision: number;
  readonly selection: Selection;
}

interface ListRequest {
  /** -1: whatever is there now. */
  readonly revision: number;
  readonly after: string | undefined;
  /** 0: no limit. */
  readonly limit: number;
}

interface Page {
  readonly items: readonly Stored[];
  readonly metadata: JsonObject;
}

/**
 * The answer to a list, as texts in their order.
 *
 * @param latest - the revision that the list shows when it asks for no other
 * @throws ApiFailure 400, 410 (the revision is forgotten), 504 (it is not there yet)
 */
export function listTexts(
  source: ListSource,
  query: URLSearchParams,
  view: View,
  views: Views,
  latest: number,
): Iterable<string> {
  const { items, metadata } = readPage(source, readListRequest(query, source.revision), latest);
  return frame(source.kind, items, metadata, view, views);
}

function* frame(
  kind: Kind,
  items: readonly Stored[],
  metadata: JsonObject,
  view: View,
  views: Views,
): Generator<string> {
  const [head, foot] = listFrame(kind, metadata, view);
  yield head;
  let separator = '';
  for (const item of items) {
    yield separator + views.item(kind, item, view);
    separator = ',';
  }
  yield foot;
}

function readPage(source: ListSource, request: ListRequest, latest: number): Page {
  const { collection, selection } = source;
  const revision = request.revision === -1 ? latest : request.revision;
  const all = snapshot(collection, revision, request);
  const { selects, isNarrowed } = selection;
  const items: Stored[] = [];
  let index = request.after === undefined ? 0 : firstAfter(all, request.after);
  for (; index < all.length && (request.limit === 0 || items.length < request.limit); index += 1) {
    const object = all[index];
    if (object && selects(object)) items.push(object);
  }
  const rest = remaining(all, index, selects);
  const metadata = { resourceVersion: String(revision) };
  const last = items.at(-1);
  if (rest === 0 || last === undefined) return { items, metadata };
  const token = writeContinue({ revision, after: last.key });
  // With a selector, the API server doesn't count what it would have to look at.
  return {
    items,
    metadata: { ...metadata, continue: token, ...(!isNarrowed && { remainingItemCount: rest }) },
  };
}

function remaining(all: readonly Stored[], from: number, selects: Selection['selects']): number {
  let count = 0;
  for (let index = from; index < all.length; index += 1) {
    const object = all[index];
    if (object && selects(object)) count += 1;
  }
  return count;
}

function snapshot(collection: Collection, revision: number, request: ListRequest): readonly Stored[] {
  try {
    return collection.at(revision);
  } catch (error) {
    if (!(error instanceof ApiFailure) || request.after === undefined) throw error;
    const token = writeContinue({ revision: -1, after: request.after });
    throw new ApiFailure(410, 'Expired', EXPIRED_CONTINUE, undefined, token);
  }
}

const EXPIRED_CONTINUE =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

function firstAfter(all: readonly Stored[], key: string): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle]?.key ?? '') <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function readListRequest(query: URLSearchParams, current: number): ListRequest {
  const limit = readLimit(query.get('limit') ?? '0');
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const token = query.get('continue') ?? '';
  if (token !== '') return { ...continued(readContinue(token), version, match), limit };
  if (match !== '') checkMatch(match, version);
  if (version === '') return { revision: -1, after: undefined, limit };
  const asked = readVersion(version);
  if (asked > current) throw tooLarge(asked, current);
  // Out of its cache, where any version will do, the API server gives everything at once.
  if (asked === 0) return { revision: -1, after: undefined, limit: 0 };
  const isExact = match === 'Exact' || (match === '' && limit > 0);
  return { revision: isExact ? asked : -1, after: undefined, limit };
}

function readLimit(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badRequest(`invalid limit: ${text}`);
}

function continued(token: ContinueToken, version: string, match: string): ContinueToken {
  if (match !== '') throw forbiddenMatch('resourceVersionMatch is forbidden when continue is provided');
  if (version !== '' && version !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  return token;
}

function checkMatch(match: string, version: string): void {
  if (version === '')
    throw forbiddenMatch('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan')
    throw forbiddenMatch(`supported values: "Exact", "NotOlderThan", not ${JSON.stringify(match)}`);
  if (match === 'Exact' && version === '0')
    throw forbiddenMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
}

function forbiddenMatch(why: string): ApiFailure {
  return new ApiFailure(
    422,
    'Invalid',
    `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: ${why}`,
    {
      group: 'meta.k8s.io',
      kind: 'ListOptions',
      causes: [
        { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' },
      ],
    },
  );
}

/**
 * Reads a resource version.
 *
 * @throws ApiFailure 400 if it is none
 */
export function readVersion(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw badRequest(
    `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}
