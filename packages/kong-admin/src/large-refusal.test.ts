import fc from 'fast-check';
import { VirtualClock } from '@silverback/clock';
import { readOutcome } from './config-outcome.ts';
import { LARGE_ANSWER, readLargeRefusal } from './large-refusal.ts';
import { readRefusals } from './refusal.ts';

const outcomeOf = (text: string) =>
  readOutcome(
    { status: 400, headers: { 'content-type': 'application/json' }, text },
    new VirtualClock(),
    'the proxy',
  );

/** A refused route as Kong tells it, with the entity as it was sent. */
const refused = (index: number) => ({
  entity_type: 'route',
  entity_name: `route-${index}`,
  entity: { paths: [`/"${'}]'.repeat(index % 7)}\\`], text: 'x'.repeat(1_000) },
  errors: [{ type: 'field', field: 'paths.1', message: `bad: "${index}\\"` }],
});

test('a long list of refused entities is read like a short one', async () => {
  const list = Array.from({ length: 2_000 }, (_, index) => refused(index));
  const body = { code: 14, fields: {}, flattened_errors: list, message: 'declarative config is invalid: {}' };
  const text = JSON.stringify(body, undefined, 2);
  expect(text.length).toBeGreaterThan(5 * LARGE_ANSWER);
  expect(await outcomeOf(text)).toEqual({
    type: 'refused',
    refusals: readRefusals(body),
    message: 'declarative config is invalid: {}',
  });
});

test('others go on while it is read', async () => {
  const list = Array.from({ length: 8_000 }, (_, index) => refused(index));
  let turns = 0;
  let isRead = false;
  const count = (): void => {
    turns += 1;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  const text = JSON.stringify({ flattened_errors: list });
  const decoded = await readLargeRefusal(text);
  isRead = true;
  expect(decoded?.refusals).toHaveLength(8_000);
  expect(turns).toBeGreaterThan(text.length / LARGE_ANSWER / 2);
});

test('what it says beside the list counts, as far as it is not too long', async () => {
  const padding = ' '.repeat(LARGE_ANSWER);
  const fields = {
    services: "uniqueness violation: 'services' entity with name set to 's' already declared",
  };
  expect(await outcomeOf(JSON.stringify({ flattened_errors: {}, fields, padding }))).toMatchObject({
    message:
      "services: uniqueness violation: 'services' entity with name set to '[redacted]' already declared",
    isContradiction: true,
  });
  const lost = { message: 'expected a declarative configuration', padding };
  expect(await outcomeOf(JSON.stringify(lost))).toMatchObject({ type: 'too-large', limit: 'body' });
  const long = { flattened_errors: [refused(1)], fields: { a: padding }, message: padding };
  expect(await outcomeOf(JSON.stringify(long))).toMatchObject({
    refusals: [{ entityName: 'route-1' }],
    message: 'no reason was given',
  });
});

test('of millions of refusals and fields the first thousands are read', async () => {
  const many = JSON.stringify({ flattened_errors: Array.from({ length: 100_000 }, () => ({})) });
  const outcome = await outcomeOf(many);
  expect(outcome.type === 'refused' && outcome.refusals.length).toBe(10_000);
  const fields = Object.fromEntries(Array.from({ length: 15_000 }, (_, index) => [`f${index}`, {}]));
  expect(await outcomeOf(JSON.stringify({ fields: { ...fields, last: 'bad' }, message: 'm' }))).toMatchObject(
    {
      message: 'm',
    },
  );
});

test('any JSON is read to its end, and what breaks off is not taken for JSON', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.boolean(),
      fc.nat(),
      async (body, isIndented, cut) => {
        const text = JSON.stringify(body, undefined, isIndented ? 2 : 0);
        expect(await readLargeRefusal(text)).toMatchObject({ refusals: expect.any(Array) as unknown[] });
        expect(await readLargeRefusal(text.slice(0, cut % text.length))).toBeUndefined();
      },
    ),
  );
});

test.each(['', '[]', '"x"', '{"a" 1}', '{"flattened_errors":[1 2]}', 'x'.repeat(LARGE_ANSWER + 1)])(
  'what is no JSON object says nothing: %s',
  async (text) => {
    expect(await readLargeRefusal(text)).toBeUndefined();
  },
);
