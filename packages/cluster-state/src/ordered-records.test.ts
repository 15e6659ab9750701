import fc from 'fast-check';
import { OrderedRecords } from './ordered-records.ts';
import { keyOf } from './records.ts';
import { service } from './testing/records.ts';

const names = fc.integer({ min: 0, max: 30 }).map((number) => `s${number}`);
const steps = fc.array(
  fc.record({ name: names, isThere: fc.boolean(), port: fc.integer({ min: 1, max: 9 }) }),
  {
    maxLength: 80,
  },
);

test('few or many, the records are those that were put in and not taken out, in the order of their keys', () => {
  fc.assert(
    fc.property(steps, (changes) => {
      const records = new OrderedRecords();
      const expected = new Map<string, ReturnType<typeof service>>();
      for (const { name, isThere, port } of changes) {
        const handedOut = records.inOrder();
        const before = [...handedOut];
        const record = service(name, port);
        const key = keyOf(record);
        if (isThere) records.set(key, record);
        else records.delete(key);
        if (isThere) expected.set(key, record);
        else expected.delete(key);
        expect(handedOut).toEqual(before);
        expect(records.get(key)).toBe(expected.get(key));
      }
      const keys = [...expected.keys()].sort();
      expect(records.size).toBe(keys.length);
      expect([...records.keys()].sort()).toEqual(keys);
      expect(records.inOrder()).toEqual(keys.map((key) => expected.get(key)));
    }),
  );
});
