import type { Problem } from '@silverback/errors';
import { createLogger } from '@silverback/observability';
import { ProblemLog } from './problem-log.ts';

const problem: Problem = {
  code: 'ServiceNotFound',
  severity: 'error',
  resource: { kind: 'Ingress', namespace: 'shop', name: 'cart' },
  location: { file: 'cart.yaml', line: 3 },
  field: 'spec.rules[0].http.paths[0].backend',
  message: 'there is no Service shop/cart',
  action: 'requests get 503',
};

test('a problem is logged when it appears and when it is gone, and not in between', () => {
  const lines: Record<string, unknown>[] = [];
  const log = new ProblemLog(
    createLogger({
      level: 'info',
      destination: { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
    }),
  );
  log.observe('edge', [problem]);
  log.observe('edge', [problem, { ...problem, severity: 'warning' }]);
  log.observe('internal', []);
  log.observe('edge', [{ ...problem, severity: 'warning' }]);
  expect(lines.map(({ level, event, fleet, resource }) => [level, event, fleet, resource])).toEqual([
    ['error', 'problem', 'edge', 'Ingress/shop/cart'],
    ['warn', 'problem', 'edge', 'Ingress/shop/cart'],
    ['info', 'problem-gone', 'edge', 'Ingress/shop/cart'],
  ]);
  expect(lines[0]).toMatchObject({
    code: 'ServiceNotFound',
    file: 'cart.yaml',
    line: 3,
    problem: problem.message,
  });
});
