import type { Problem } from '@silverback/errors';
import { programmedCondition, type Condition } from './condition.ts';

const BEFORE = '2026-01-01T00:00:00Z';
const NOW = '2026-02-01T00:00:00Z';

const SERVED: Condition = {
  type: 'Programmed',
  status: 'True',
  reason: 'Programmed',
  message: 'Every proxy holds the resource.',
  observedGeneration: 2,
  lastTransitionTime: BEFORE,
};

const REFUSED: Problem = {
  code: 'ResourceRefused',
  severity: 'error',
  field: 'config.minute',
  message: 'Kong refuses it: expected a number',
  action: 'it is left out',
};

test('a resource that is not everywhere yet is pending', () => {
  expect(programmedCondition({ generation: 1, isConfirmed: false, problems: [] }, NOW)).toEqual({
    type: 'Programmed',
    status: 'Unknown',
    reason: 'Pending',
    message: 'Not every proxy holds the resource yet.',
    observedGeneration: 1,
    lastTransitionTime: NOW,
  });
});

test('a resource that every proxy holds is programmed', () => {
  expect(programmedCondition({ generation: 2, isConfirmed: true, problems: [] }, BEFORE)).toEqual(SERVED);
});

test('for one generation, a proxy that lacks it does not take it back', () => {
  const known = { generation: 2, existing: SERVED, isConfirmed: false, problems: [] };
  expect(programmedCondition(known, NOW)).toBe(SERVED);
});

test('a new generation is pending again until it is confirmed', () => {
  const known = { generation: 3, existing: SERVED, isConfirmed: false, problems: [] };
  const pending = programmedCondition(known, NOW);
  expect(pending).toMatchObject({ status: 'Unknown', observedGeneration: 3, lastTransitionTime: NOW });
  expect(programmedCondition({ ...known, existing: pending }, NOW)).toBe(pending);
  const served = programmedCondition({ ...known, existing: pending, isConfirmed: true }, NOW);
  expect(served).toMatchObject({ status: 'True', observedGeneration: 3 });
});

test('a refusal takes it back with the words of Kong, and mending gives it again', () => {
  const known = { generation: 2, existing: SERVED, isConfirmed: false, problems: [REFUSED] };
  const refused = programmedCondition(known, NOW);
  expect(refused).toMatchObject({
    status: 'False',
    reason: 'ResourceRefused',
    message: 'config.minute: Kong refuses it: expected a number; it is left out',
    lastTransitionTime: NOW,
  });
  const mended = { generation: 3, existing: refused, isConfirmed: true, problems: [] };
  expect(programmedCondition(mended, NOW)).toMatchObject({ status: 'True', observedGeneration: 3 });
});

test('a warning takes nothing back', () => {
  const warning: Problem = { ...REFUSED, severity: 'warning' };
  const known = { generation: 2, existing: SERVED, isConfirmed: true, problems: [warning] };
  expect(programmedCondition(known, NOW)).toBe(SERVED);
});

test('the time of the transition stays while the status does', () => {
  const known = { generation: 3, existing: SERVED, isConfirmed: true, problems: [] };
  expect(programmedCondition(known, NOW)).toEqual({ ...SERVED, observedGeneration: 3 });
});
