/** Characters that stay percent-encoded in the form in which Kong compares paths. */
const RESERVED: ReadonlySet<number> = new Set(Buffer.from(":/?#[]@!$&'()*+,;=%"));

/** A path in Kong's normal form, or what is wrong with it. */
export type NormalPath = { readonly path: string } | { readonly fault: string };

/**
 * Brings a literal path into the form in which Kong compares paths and outside of which it refuses them: what need not
 * be percent-encoded is decoded, the rest has upper-case digits, empty and dot segments are resolved.
 *
 * @param path - begins with `/`
 */
export function normalPath(path: string): NormalPath {
  if (/%(?![0-9A-Fa-f]{2})/.test(path)) return { fault: 'holds a % that begins no percent-encoding' };
  const decoded = decode(path);
  if (decoded === undefined) return { fault: 'holds percent-encodings that are not UTF-8' };
  if (/\p{Cc}/u.test(decoded)) return { fault: 'holds a control character' };
  if (/[?#]/.test(decoded)) return { fault: 'holds ? or #, which end a path in a URL' };
  return { path: withoutDotSegments(decoded) };
}

function decode(path: string): string | undefined {
  const odd: string[] = [];
  const decoded = path.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => {
    const bytes = run
      .slice(1)
      .split('%')
      .flatMap((digits) => {
        const byte = Number.parseInt(digits, 16);
        return RESERVED.has(byte) ? [...Buffer.from(`%${digits.toUpperCase()}`)] : [byte];
      });
    const buffer = Buffer.from(bytes);
    const text = buffer.toString('utf8');
    if (!Buffer.from(text).equals(buffer)) odd.push(run);
    return text;
  });
  return odd.length === 0 ? decoded : undefined;
}

function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  segments.forEach((segment, position) => {
    const isLast = position === segments.length - 1;
    if (segment === '..') kept.pop();
    else if (segment !== '.' && segment !== '') kept.push(segment);
    if (isLast && ['', '.', '..'].includes(segment)) kept.push('');
  });
  return `/${kept.join('/')}`;
}

/**
 * What Kong has against a path that it puts before the paths of requests; undefined where it takes it. The characters
 * are those of RFC 3986.
 */
export function faultOfServicePath(path: string): string | undefined {
  if (!path.startsWith('/') || path.includes('//')) return 'must begin with / and have no empty segment';
  const odd = /[^A-Za-z0-9.\-_~/%:@!$&'()*+,;=]/u.exec(path)?.[0];
  if (odd !== undefined) return `holds ${JSON.stringify(odd)}, which has to be percent-encoded`;
  return /%(?![0-9A-Fa-f]{2})/.test(path) ? 'holds a % that begins no percent-encoding' : undefined;
}
