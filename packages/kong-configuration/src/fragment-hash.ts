import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Fragment } from './fragment.ts';

/**
 * Completes a fragment with its hash. A fragment and all that it holds must not be changed afterwards: it is shared by
 * every assembly that it takes part in, and its hash stands for its content.
 *
 * @param content - everything but the hash
 * @throws SilverbackError `ValueNotEncodable` if a part holds what is not JSON; `checkJson` tells beforehand
 */
export function createFragment(content: Omit<Fragment, 'hash'>): Fragment {
  const { parts, precedence } = content;
  return { ...content, hash: hash('sha256', canonicalJson({ parts, precedence }), 'hex') };
}
