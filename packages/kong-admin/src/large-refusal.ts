import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityRefusal } from './contract.ts';
import { JsonReader, readMembers } from './json-reader.ts';
import { decodeJson, type UnknownObject } from './json-value.ts';
import { readRefusal } from './refusal.ts';

/** More than this is not decoded at once, in characters: it takes some ms. */
export const LARGE_ANSWER = 256 * 1024;

/** More are not read: those that are left are named by the next refusal. */
const mostRefusals = 10_000;

/** What is of use in a refused entity. Not `entity`, which is the largest and may hold secrets. */
const useful: ReadonlySet<string> = new Set(['entity_type', 'entity_id', 'entity_name', 'errors']);

/** What a 400 says. */
export interface DecodedRefusal {
  readonly refusals: readonly EntityRefusal[];
  /** `message` and `fields`, as far as they are small. */
  readonly rest: UnknownObject;
  /** All words beside the list, as they came. */
  readonly words: string;
}

/**
 * Reads a 400 with a long list of refused entities, in slices: others go on between them.
 *
 * @returns undefined for what is not a JSON object
 */
export async function readLargeRefusal(text: string): Promise<DecodedRefusal | undefined> {
  const reader = new JsonReader(text);
  const steps = stepsOf(reader);
  let pausedAt = 0;
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      if (reader.position - pausedAt < LARGE_ANSWER) continue;
      pausedAt = reader.position;
      await nextTurn();
    }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function* stepsOf(reader: JsonReader): Generator<undefined, DecodedRefusal> {
  const refusals: EntityRefusal[] = [];
  const rest: Record<string, unknown> = {};
  let words = '';
  for (const key of reader.members()) {
    if (key === 'message' || key === 'fields') {
      const text = reader.value(LARGE_ANSWER);
      rest[key] = decodeJson(text);
      words += text;
    } else if (key === 'flattened_errors' && reader.isAt('[')) {
      for (const item of reader.items()) {
        if (reader.isAt('{')) refusals.push(readRefusal(readMembers(reader, useful, LARGE_ANSWER)));
        if (refusals.length === mostRefusals) return { refusals, rest, words };
        yield item;
      }
    }
    yield undefined;
  }
  return { refusals, rest, words };
}
