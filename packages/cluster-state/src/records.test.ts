import fc from 'fast-check';
import { byKey, hasKey, keyOf, type Kind, type ResourceRecord } from './records.ts';
import { ingress } from './testing/records.ts';

const name = fc.stringMatching(/^[a-c.-]{1,4}$/);
const record = fc
  .record({
    kind: fc.constantFrom<Kind>('KongPlugin', 'KongVault', 'Ingress', 'IngressClass'),
    namespace: name,
    name,
  })
  .map(({ kind, ...metadata }) => {
    const model = ingress('model', []);
    return { ...model, kind, metadata: { ...model.metadata, ...metadata } } as ResourceRecord;
  });

test('keys are recognised and ordered as the texts that they are', () => {
  fc.assert(
    fc.property(record, record, (left, right) => {
      const [one, other] = [keyOf(left), keyOf(right)];
      expect(hasKey(left, one)).toBe(true);
      expect(hasKey(left, other)).toBe(one === other);
      expect(byKey(left, right)).toBe(one < other ? -1 : 1);
    }),
  );
});
