/**
 * The path that goes to the service, by the rules of `path_handling: v0`.
 * @param requestPath in the normal form
 * @param matchedPath the part of it that the route's path covers
 * @param servicePath the service's `path`; `/` if it has none
 */
export function upstreamPath(
  requestPath: string,
  matchedPath: string,
  strip: boolean,
  servicePath: string,
): string {
  if (!strip) {
    if (servicePath.endsWith('/')) return servicePath + requestPath.slice(1);
    return requestPath === '/' ? servicePath : servicePath + requestPath;
  }
  const rest = requestPath.slice(matchedPath.length);
  const base = servicePath.endsWith('/') ? servicePath.slice(0, -1) : servicePath;
  if (rest !== '') return rest.startsWith('/') ? base + rest : `${base}/${rest}`;
  if (base === '') return '/';
  return requestPath.length > 1 && requestPath.endsWith('/') ? `${base}/` : base;
}
