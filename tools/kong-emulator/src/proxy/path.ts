const RESERVED = new Set(":/?#[]@!$&'()*+,;=%");

/**
 * A path in the form in which Kong matches it: everything decoded except reserved characters, which stay encoded with
 * upper-case digits; empty and dot segments resolved.
 * @returns nothing if an encoding is malformed, which nginx answers with 400
 */
export function normalisePath(path: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return undefined;
  return withoutDotSegments(decode(path));
}

function decode(path: string): string {
  if (!path.includes('%')) return path;
  return path.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes: number[] = [];
    for (const code of run.slice(1).split('%')) {
      const byte = Number.parseInt(code, 16);
      if (RESERVED.has(String.fromCharCode(byte))) bytes.push(...Buffer.from(`%${code.toUpperCase()}`));
      else bytes.push(byte);
    }
    return Buffer.from(bytes).toString('utf8');
  });
}

function withoutDotSegments(path: string): string {
  if (!path.includes('//') && !path.includes('/.')) return path;
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, position) => {
    const last = position === segments.length - 1;
    if (segment === '..') {
      kept.pop();
      if (last) kept.push('');
    } else if (segment === '.' || segment === '') {
      if (last) kept.push('');
    } else {
      kept.push(segment);
    }
  });
  return `/${kept.join('/')}`;
}

/** The path as it goes upstream: what a request line can't carry encoded again. */
export function encodePath(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9\-._~:/[\]@!$&'()*+,;=%]/gu, (character) =>
    encodeURIComponent(character),
  );
}
