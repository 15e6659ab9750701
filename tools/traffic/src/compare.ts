import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './send.ts';
import type { TrafficRequest } from './traffic-case.ts';

/** What a backend says that it was asked. */
interface Seen {
  readonly backend?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: IncomingHttpHeaders;
}

/** What in the answers to a request is not as it has to be. */
export function compareAnswers(request: TrafficRequest, answers: readonly Answer[]): string[] {
  const seen = answers.map(seenBy);
  const each = answers.flatMap((answer, position) => compareOne(request, answer, seen[position] ?? {}));
  return [...new Set([...each, ...compareShares(request, seen)])];
}

function compareOne(request: TrafficRequest, answer: Answer, seen: Seen): string[] {
  const { status, backend, path, host, sees, answers, body, certificate } = request;
  return [
    ...difference('status', status, answer.status),
    ...(backend === undefined ? [] : difference('backend', backend, seen.backend)),
    ...(path === undefined ? [] : difference('path', path, seen.path)),
    ...(host === undefined ? [] : difference('host', host, seen.host)),
    ...(certificate === undefined ? [] : difference('certificate', certificate, answer.certificate)),
    ...(body === undefined || answer.text.includes(body) ? [] : [`body: ${answer.text}`]),
    ...compareHeaders('sees', sees, seen.headers ?? {}),
    ...compareHeaders('answers', answers, answer.headers),
  ];
}

function compareHeaders(
  label: string,
  expected: Readonly<Record<string, string | null>>,
  actual: IncomingHttpHeaders,
): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const given = actual[name.toLowerCase()];
    return difference(
      `${label} ${name}`,
      value ?? undefined,
      Array.isArray(given) ? given.join(', ') : given,
    );
  });
}

function compareShares({ shares, distinct }: TrafficRequest, seen: readonly Seen[]): string[] {
  const counts = new Map<string, number>();
  for (const { backend = 'none' } of seen) counts.set(backend, (counts.get(backend) ?? 0) + 1);
  const actual = JSON.stringify(Object.fromEntries([...counts].sort()));
  return [
    ...(shares === undefined
      ? []
      : difference('shares', JSON.stringify(Object.fromEntries(Object.entries(shares).sort())), actual)),
    ...(distinct === undefined || counts.size === distinct
      ? []
      : [`distinct: ${distinct} expected, got ${actual}`]),
  ];
}

function difference(label: string, expected: unknown, actual: unknown): string[] {
  return expected === actual ? [] : [`${label}: ${String(expected)} expected, got ${String(actual)}`];
}

function seenBy({ text }: Answer): Seen {
  if (!text.startsWith('{"backend"')) return {};
  return JSON.parse(text) as Seen;
}
