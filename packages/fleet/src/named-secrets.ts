import { FragmentMap, type Fragment, type FragmentPart } from '@silverback/kong-configuration';

/**
 * The Secrets that the fragments of a map name. Looked up seldom: nothing is kept until somebody asks, and then what differs
 * from the map that was asked about before is looked at.
 */
export class NamedSecrets {
  #fragments = FragmentMap.EMPTY;
  /** How many parts name each Secret, by `namespace/name`. */
  readonly #counts = new Map<string, number>();

  /**
   * Whether a fragment names a Secret.
   *
   * @param secret - `namespace/name`
   */
  has(secret: string, fragments: FragmentMap): boolean {
    if (fragments !== this.#fragments) this.#follow(fragments);
    return this.#counts.has(secret);
  }

  #follow(fragments: FragmentMap): void {
    for (const [root, fragment] of fragments.changesSince(this.#fragments)) {
      this.#count(this.#fragments.get(root), -1);
      this.#count(fragment, 1);
    }
    this.#fragments = fragments;
  }

  #count(fragment: Fragment | undefined, step: 1 | -1): void {
    for (const part of fragment?.parts ?? NONE) {
      for (const secret of secretsOf(part)) {
        const count = (this.#counts.get(secret) ?? 0) + step;
        if (count > 0) this.#counts.set(secret, count);
        else this.#counts.delete(secret);
      }
    }
  }
}

/** The Secrets that some fragments name, by `namespace/name`. */
export function secretsNamedIn(fragments: readonly Fragment[]): readonly string[] {
  return [...new Set(fragments.flatMap(({ parts }) => parts.flatMap(secretsOf)))];
}

const NONE: readonly never[] = [];

/** Those whose values are needed to serve a part. Credentials and CA certificates are known by their labels. */
function secretsOf(part: FragmentPart): readonly string[] {
  switch (part.type) {
    case 'plugin':
      return part.secrets?.values.map(({ secret }) => secret) ?? NONE;
    case 'sni':
      return [part.secret];
    case 'service':
      return part.clientCertificate ? [part.clientCertificate.root.replace(/^Secret\//, '')] : NONE;
    default:
      return NONE;
  }
}
