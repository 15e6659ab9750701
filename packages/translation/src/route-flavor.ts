import { annotationField } from './annotations.ts';
import { MAX_REGEX_PRIORITY } from './expressions.ts';
import type { IngressRoute } from './ingress-routes.ts';
import type { ProblemList } from './problem-list.ts';
import type { RouteSettings } from './route-annotations.ts';
import type { RouterFlavor } from './route-parts.ts';

/** Reports what the expressions flavour of the router cannot do as the annotations say. */
export function reportFlavor(
  flavor: RouterFlavor,
  { fields }: RouteSettings,
  routes: readonly IngressRoute[],
  problems: ProblemList,
): void {
  if (flavor === 'traditional') return;
  const { path_handling: handling, regex_priority: priority = 0 } = fields;
  if (handling !== undefined) {
    problems.warning('AnnotationNotSupported', {
      field: annotationField('konghq.com/path-handling'),
      message: 'has no effect where the router of the proxy has the flavour expressions',
      action: 'the annotation is ignored',
    });
  }
  if (priority < 0 || priority > MAX_REGEX_PRIORITY) {
    problems.warning('AnnotationInvalid', {
      field: annotationField('konghq.com/regex-priority'),
      message: `must be from 0 to ${MAX_REGEX_PRIORITY} where the router of the proxy has the flavour expressions`,
      action: `${priority < 0 ? 0 : MAX_REGEX_PRIORITY} is taken`,
    });
  }
  for (const { field, paths } of routes) reportLookAround(field, paths, problems);
}

/** The router's regular expressions have neither; Kong would refuse the whole configuration. */
const NOT_IN_RUST = /\(\?(?:[=!]|<[=!])|\\[1-9]/;

function reportLookAround(field: string, paths: IngressRoute['paths'], problems: ProblemList): void {
  const odd = paths.find(({ entry }) => entry.startsWith('~') && NOT_IN_RUST.test(entry));
  if (odd === undefined) return;
  problems.warning('IngressPathInvalid', {
    field,
    message: `${JSON.stringify(odd.entry.slice(1))} looks around or back, which the flavour expressions of the router does not know`,
    action: 'it is sent as it is, and Kong may refuse it',
  });
}
