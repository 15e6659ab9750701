import type { Precedence } from './fragment.ts';
import { comparePrecedence } from './precedence.ts';

const base: Precedence = { creationTimestamp: '2026-01-01T00:00:00Z', namespace: 'b', name: 'b', uid: 'b' };

describe('precedence', () => {
  test('the older resource wins, whatever its names', () => {
    const older = { creationTimestamp: '2025-12-31T23:59:59Z', namespace: 'z', name: 'z', uid: 'z' };
    expect(comparePrecedence(older, base)).toBeLessThan(0);
    expect(comparePrecedence(base, older)).toBeGreaterThan(0);
  });

  test('an unknown timestamp loses against any other', () => {
    const unknown = { creationTimestamp: '', namespace: 'a', name: 'a', uid: 'a' };
    expect(comparePrecedence(unknown, base)).toBeGreaterThan(0);
    expect(comparePrecedence(base, unknown)).toBeLessThan(0);
    expect(comparePrecedence(unknown, { ...unknown, name: 'b' })).toBeLessThan(0);
  });

  test('of the same second, namespace decides before name and name before UID', () => {
    expect(comparePrecedence({ ...base, namespace: 'a', name: 'z' }, base)).toBeLessThan(0);
    expect(comparePrecedence({ ...base, name: 'a', uid: 'z' }, base)).toBeLessThan(0);
    expect(comparePrecedence({ ...base, uid: 'a' }, base)).toBeLessThan(0);
    expect(comparePrecedence(base, { ...base })).toBe(0);
  });
});
