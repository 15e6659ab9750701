import { createFragment, type Fragment } from '@silverback/kong-configuration';
import { WrongContent } from './private-file.ts';

/** A fragment as it is stored: with its hashes, which are computed anew when it is read, and without problems. */
export function storedFragment(fragment: Fragment): Fragment {
  const { hash, hashWithoutTargets } = fragment;
  return { ...fragment, hash, hashWithoutTargets, problems: [] };
}

/**
 * The fragment that was stored.
 *
 * @throws WrongContent if it does not have its hash, because it was damaged
 */
export function readFragment(stored: Fragment): Fragment {
  const fragment = createFragment(stored);
  if (fragment.hash !== stored.hash) throw new WrongContent('a fragment does not have its hash');
  return fragment;
}
