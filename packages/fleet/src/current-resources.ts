import type { ResourceReference } from '@silverback/errors';
import type { Fragment, PluginPart, RootKey } from '@silverback/kong-configuration';

/**
 * The resources as they are now, for forms of the past that are served in place of newer ones. Asked at any time; a
 * change of an answer is followed by a new translation.
 */
export interface CurrentResources {
  /** Whether a resource may ask for a plugin of another namespace. */
  isGranted(resource: ResourceReference, plugin: RootKey): boolean;
  /** A plugin with the values that its Secrets have now; undefined where one of them is gone or of no use. */
  renewed(part: PluginPart): PluginPart | undefined;
  /** What of its Secrets is gone or of no use, in words; undefined where there are values for all. */
  lackOf(part: PluginPart): string | undefined;
  /**
   * The fragments that some forms need, of roots that are not or not as much used now. There is a pause after each.
   *
   * @param current - the fragments of now
   */
  neighboursOf(
    forms: readonly Fragment[],
    current: ReadonlyMap<RootKey, Fragment>,
  ): Generator<undefined, readonly Fragment[], undefined>;
}

/** Where nothing is known but the fragments: values of Secrets that may be old are not used. */
export const FRAGMENTS_ONLY: CurrentResources = {
  isGranted: () => false,
  renewed: (part) => (part.secrets === undefined ? part : undefined),
  lackOf: (part) => (part.secrets === undefined ? undefined : 'its Secrets are not known'),
  // eslint-disable-next-line require-yield -- there is nothing to do
  *neighboursOf() {
    return [];
  },
};
