import { describeProblem, describeResource, type Problem } from '@silverback/errors';
import type { LogFields, Logger } from '@silverback/observability';

/** Logs each problem of a fleet once when it appears, and once when it is gone. */
export class ProblemLog {
  readonly #logger: Logger;
  readonly #known = new Map<string, ReadonlyMap<string, Problem>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Takes over what problems a fleet has now. */
  observe(fleet: string, problems: readonly Problem[]): void {
    const before = this.#known.get(fleet) ?? new Map<string, Problem>();
    const now = new Map(problems.map((problem) => [describeProblem(problem), problem]));
    this.#known.set(fleet, now);
    for (const [text, problem] of now) {
      if (before.has(text)) continue;
      const level = problem.severity === 'error' ? 'error' : 'warn';
      this.#logger.log(level, 'a resource has a problem', {
        event: 'problem',
        fleet,
        ...problemFields(problem),
      });
    }
    for (const [text, problem] of before) {
      if (now.has(text)) continue;
      this.#logger.log('info', 'a problem is gone', {
        event: 'problem-gone',
        fleet,
        ...problemFields(problem),
      });
    }
  }
}

function problemFields({ code, resource, location, field, entity, message, action }: Problem): LogFields {
  return {
    code,
    ...(resource && { resource: describeResource(resource) }),
    ...(location && { file: location.file, line: location.line }),
    ...(field !== undefined && { field }),
    ...(entity !== undefined && { entity }),
    problem: message,
    action,
  };
}
