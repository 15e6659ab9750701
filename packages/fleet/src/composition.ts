import {
  diffPayloads,
  FragmentMap,
  type Fragment,
  type FragmentPart,
  type Payload,
  type RootKey,
} from '@silverback/kong-configuration';
import type { Problem } from '@silverback/errors';
import type { AcceptedState } from './state/stores.ts';

/** A configuration that was accepted before the start of this controller. */
export type AcceptedBefore = Pick<Composition, 'fragments' | 'lastForms'> &
  Pick<AcceptedState, 'absent' | 'payloadHash'>;

/** A root whose newest fragment is not used. */
export interface Hold {
  readonly root: RootKey;
  /** The refused root because of which this one is held: itself, or a plugin that it asks for. */
  readonly because: RootKey;
  /** `previous`: the last accepted fragment is used. `left-out`: none is. */
  readonly instead: 'previous' | 'left-out';
  /** Present where the last accepted form can't be used because something of it is gone: what, in words. */
  readonly lack?: string;
}

/** A payload with everything that led to it. */
export interface Composition {
  /** Grows with each composition of a fleet: tells newer from older. */
  readonly sequence: number;
  /** What the resources said. */
  readonly current: FragmentMap;
  /**
   * The newest form of everything: the same with what was not read, and with what held forms need of roots that nothing uses
   * any more.
   */
  readonly newest: FragmentMap;
  readonly payload: Payload;
  /**
   * Whether endpoints or rights went since the last accepted payload, which must not be used any longer: such a payload does
   * not wait for the pace of pushes.
   */
  readonly takesAway: boolean;
  /** The fragments that are in the payload, held ones included. */
  readonly fragments: FragmentMap;
  /**
   * The same without those of which nothing is in the payload because a plugin that they need is not: an acceptance says
   * nothing about them.
   */
  readonly shown: FragmentMap;
  /**
   * The last accepted form of everything, once this is accepted: the same with the forms of before of what is absent for now,
   * as a plugin is whose Secret was deleted. It may come back.
   */
  readonly lastForms: FragmentMap;
  /** The roots of which something is not in the payload because something that it needs is not. */
  readonly unresolved: ReadonlySet<RootKey>;
  readonly holds: readonly Hold[];
  /** Fragments from before a start that are used while a part of the source is unread: see `KeptFragments`. */
  readonly kept: FragmentMap;
  /** The problems that assembly found. */
  readonly problems: readonly Problem[];
}

/** The forms in which roots are held in a composition, by the refused root because of which they are. */
export function heldForms({ holds, fragments }: Composition): ReadonlyMap<RootKey, readonly Fragment[]> {
  const forms = new Map<RootKey, readonly Fragment[]>();
  for (const { root, because, instead } of holds) {
    const form = instead === 'previous' ? fragments.get(root) : undefined;
    forms.set(because, [...(forms.get(because) ?? []), ...(form ? [form] : [])]);
  }
  return forms;
}

/** The roots of a composition that are new or other than what was last accepted. */
export function changedRoots({ fragments }: Composition, accepted: FragmentMap): RootKey[] {
  const roots: RootKey[] = [];
  for (const [root, fragment] of fragments.changesSince(accepted)) {
    if (fragment !== undefined && accepted.get(root)?.hash !== fragment.hash) roots.push(root);
  }
  return roots;
}

/**
 * The roots of a composition that a refusal which names nothing may be about: those that have changed since the last
 * acceptance in more than their endpoints, which come and go all the time (Kong names a bad target), and those of which nothing
 * was in the payload then, because something else claimed the same. Held forms are what was accepted, or less. What others need
 * comes before what needs it: any first part of the list can be programmed without the rest.
 */
export function suspectRoots(composition: Composition, accepted: Composition | undefined): RootKey[] {
  const { fragments, payload } = composition;
  const shown = accepted?.shown ?? FragmentMap.EMPTY;
  const held = new Set(composition.holds.map(({ root }) => root));
  const isOther = (root: RootKey): boolean =>
    !(held.has(root) && shown.has(root)) &&
    fragments.get(root)?.hashWithoutTargets !== shown.get(root)?.hashWithoutTargets;
  const roots = new Set(changedRoots(composition, shown).filter(isOther));
  const before = accepted?.payload;
  for (const change of before ? diffPayloads(before, payload) : []) {
    const fragment = change?.change === 'added' && change.root && fragments.get(change.root);
    if (fragment && before && !isIn(before, fragment)) roots.add(fragment.root);
  }
  return inOrderOfNeed([...roots], fragments);
}

/** Whether with a composition something is out of service that was in it with another one, and still exists. */
export function servesLess(
  { shown }: Composition,
  other: Composition,
  current: FragmentMap | undefined,
): boolean {
  for (const [root, fragment] of shown.changesSince(other.shown))
    if (fragment === undefined && current?.has(root)) return true;
  return false;
}

/** Whether more of a composition would be in service if there were older forms to hold. */
export function lacksForms({ unresolved, holds }: Composition): boolean {
  return unresolved.size > 0 || holds.some(({ instead }) => instead === 'left-out');
}

/** Whether two compositions are made of other forms, or remember others of what is absent for now. */
export function isMadeOfOthers(one: Composition, other: Composition): boolean {
  return differ(one.fragments, other.fragments) || differ(one.lastForms, other.lastForms);
}

function differ(one: FragmentMap, other: FragmentMap): boolean {
  for (const [root, fragment] of one.changesSince(other))
    if (fragment?.hash !== other.get(root)?.hash) return true;
  return false;
}

/** Whether something of a fragment is in a payload; plugins, which are where they are used, count as if they were. */
export function isIn(payload: Payload, { root, parts }: Fragment): boolean {
  return parts.some((part) => !('entity' in part) || payload.ownerOf(part.entity.id) === root);
}

function inOrderOfNeed(roots: RootKey[], fragments: FragmentMap): RootKey[] {
  const ranks = new Map(roots.map((root) => [root, rankOf(fragments.get(root))]));
  const rank = (root: RootKey): number => ranks.get(root) ?? 0;
  return roots.sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
}

/** Routes need services and plugins, services and consumers need plugins, certificates and credentials. */
function rankOf(fragment: Fragment | undefined): number {
  const ranks = (fragment?.parts ?? []).map(({ type }) => RANKS[type] ?? 0);
  return Math.max(0, ...ranks);
}

const RANKS: Readonly<Partial<Record<FragmentPart['type'], number>>> = {
  service: 1,
  'consumer-group': 1,
  consumer: 2,
  route: 3,
  'custom-entity': 4,
};

/** Fragments with those that a composition needed beside its own for what was held, as long as nothing else says what they are. */
export function withNeeded(fragments: FragmentMap, composition: Composition | undefined): FragmentMap {
  const needed = composition ? [...composition.newest.changesSince(composition.current)] : [];
  const missing = needed.filter(([root, fragment]) => fragment !== undefined && !fragments.has(root));
  return missing.length === 0 ? fragments : fragments.with(missing);
}
