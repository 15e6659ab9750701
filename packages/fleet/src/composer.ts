import {
  Assembly,
  diffPayloads,
  type FragmentMap,
  type Assembled,
  type Fragment,
  type Payload,
  type RootKey,
} from '@silverback/kong-configuration';
import type { Problem } from '@silverback/errors';
import type { Composition, Hold } from './composition.ts';
import type { CurrentResources } from './current-resources.ts';
import { heldForm, pluginsOf, withKnownTargets } from './held-form.ts';
import type { Quarantine } from './quarantine.ts';

/** What a composition is made of. */
export interface CompositionInput {
  readonly sequence: number;
  /** What the resources say now. */
  readonly current: FragmentMap;
  readonly quarantine: Quarantine;
  /** The fragments of the last accepted payload. */
  readonly accepted: FragmentMap;
  /** The last accepted payload; it decides on nothing but what is urgent. */
  readonly acceptedPayload?: Payload;
  /** Those of them of which something is in it; all if absent. */
  readonly shown?: FragmentMap;
  /** Roots whose change is kept out for now, to find what a refusal is about. */
  readonly withheld: ReadonlySet<RootKey>;
  /** Fragments from before a start that are used while a part of the source is unread: see `KeptFragments`. */
  readonly kept: FragmentMap;
  /** What is there now, for held forms. */
  readonly resources: CurrentResources;
}

/** What is to be assembled, with the roots whose newest fragment is not. */
interface Selection {
  readonly fragments: FragmentMap;
  /** The newest form of everything, whether it is used or not. */
  readonly newest: FragmentMap;
  readonly holds: ReadonlyMap<RootKey, Hold>;
}

/** How often held roots may pull others into a hold, or in as what they need, before those are left out instead. */
const HOLD_ROUNDS = 4;

/**
 * Makes payloads of the current fragments, with what was refused replaced by its last accepted form. What comes out
 * depends on the input alone; what it costs depends on what differs from the input before.
 *
 * A held form restores nothing that was taken away: see {@link heldForm}. What it needs of roots that nothing else uses comes
 * in with it, as it is now. A route whose plugin was refused and never accepted goes back to its own last accepted form (which did not have that
 * plugin yet), or is left out by assembly: never served with less protection than its manifest says.
 */
export class Composer {
  readonly #assembly = new Assembly();

  /**
   * Makes a payload, with a pause after each small step. All of the input is looked at in the first step, so that it may
   * change afterwards. It has to be run to its end before the next one; a composer that was stopped halfway is of no use.
   */
  *compose(given: CompositionInput): Generator<undefined, Composition, undefined> {
    const input = { ...given, quarantine: given.quarantine.without(new Set()) };
    const { sequence, current, withheld, kept } = input;
    let selection = yield* withNeeded(yield* select(input), input);
    let assembled = yield* this.#assembly.assembleInSteps(selection.fragments);
    for (let round = 0; round < HOLD_ROUNDS; round += 1) {
      const more = withDependents(selection, assembled, input);
      if (more === undefined) break;
      selection = yield* withNeeded(more, input);
      assembled = yield* this.#assembly.assembleInSteps(selection.fragments);
    }
    const holds = [...selection.holds.values()].filter(({ because }) => !withheld.has(because));
    const absent = absentRoots(selection, assembled);
    const shown = selection.fragments.with(absent.map((root) => [root, undefined]));
    return {
      sequence,
      current,
      newest: selection.newest,
      payload: assembled.payload,
      takesAway: yield* takesAway(input.acceptedPayload, assembled.payload),
      fragments: selection.fragments,
      shown,
      lastForms: shown.with(absent.map((root) => [root, input.accepted.get(root)])),
      unresolved: new Set(assembled.unresolved.map(({ root }) => root)),
      holds,
      kept,
      problems: [...assembled.problems, ...(kept.size === 0 ? [] : [incompleteProblem(kept)])],
    };
  }
}

/** The current fragments, with what was refused or is kept out for now in its last accepted form. */
function* select(input: CompositionInput): Generator<undefined, Selection, undefined> {
  const { current, quarantine, withheld, kept } = input;
  const holds = new Map<RootKey, Hold>();
  const replaced = new Map<RootKey, Fragment | undefined>();
  for (const root of [...new Set([...quarantine.roots(), ...withheld])].sort()) {
    const fragment = current.get(root);
    if (fragment === undefined || !isOut(fragment, input)) continue;
    // What is only kept out for now stays as it is in service: out, if nothing of it is.
    const isAbsent = !quarantine.refuses(fragment) && input.shown?.has(root) === false;
    const held = isAbsent ? undefined : usableForm(fragment, input);
    replaced.set(root, held);
    holds.set(root, holdOf(root, root, held, input));
    yield undefined;
  }
  for (const fragment of kept.values()) if (!isOut(fragment, input)) replaced.set(fragment.root, fragment);
  const newest = kept.size === 0 ? current : current.with([...kept]);
  return { fragments: current.with(replaced), newest, holds };
}

/** @param form - in which it is held; undefined if it is left out */
function holdOf(
  root: RootKey,
  because: RootKey,
  form: Fragment | undefined,
  { accepted, resources }: CompositionInput,
): Hold {
  if (form !== undefined) return { root, because, instead: 'previous' };
  const lacks = (accepted.get(root)?.parts ?? []).map((part) =>
    part.type === 'plugin' ? resources.lackOf(part) : undefined,
  );
  const lack = lacks.find((some) => some !== undefined);
  return { root, because, instead: 'left-out', ...(lack !== undefined && { lack }) };
}

function isOut(fragment: Fragment, { quarantine, withheld }: CompositionInput): boolean {
  return quarantine.refuses(fragment) || withheld.has(fragment.root);
}

/** The same with what held forms need of others, each in its newest form, or in its own held form where that is out. */
function* withNeeded(
  selection: Selection,
  input: CompositionInput,
): Generator<undefined, Selection, undefined> {
  let { fragments, newest } = selection;
  const holds = new Map(selection.holds);
  for (let round = 0; round < HOLD_ROUNDS && holds.size > 0; round += 1) {
    const forms = [...holds].flatMap(([root, { instead }]) =>
      instead === 'previous' ? (fragments.get(root) ?? []) : [],
    );
    const needed = new Map<RootKey, Fragment>();
    const replaced = new Map<RootKey, Fragment | undefined>();
    for (const fragment of yield* input.resources.neighboursOf(forms, newest)) {
      const { root } = fragment;
      const known = newest.get(root);
      if (known !== undefined && known.hash === fragment.hash) continue;
      needed.set(root, fragment);
      const isUsed = !holds.has(root) && !isOut(fragment, input);
      const used = isUsed ? fragment : usableForm(fragment, input);
      replaced.set(root, used);
      if (!isUsed) holds.set(root, holdOf(root, holds.get(root)?.because ?? root, used, input));
      yield undefined;
    }
    if (needed.size === 0) break;
    newest = newest.with(needed);
    fragments = fragments.with(replaced);
  }
  return { fragments, newest, holds };
}

/**
 * The form in which a root is held; undefined if it was never accepted, is refused in this form by now, or was accepted in
 * its newest form: then nothing of it was in the payload.
 */
function usableForm(
  newest: Fragment,
  { accepted: all, quarantine, resources }: CompositionInput,
): Fragment | undefined {
  const accepted = all.get(newest.root);
  if (accepted === undefined || accepted.hash === newest.hash || quarantine.refuses(accepted))
    return undefined;
  // Where the endpoints themselves are what is refused, those are left that were accepted before.
  for (const now of [newest, withKnownTargets(newest, accepted)]) {
    const held = heldForm(accepted, now, resources);
    if (held && !quarantine.refuses(held)) return held;
  }
  return undefined;
}

/** The same, with what needs a held root in its own last accepted form; undefined if there is nothing more to hold. */
function withDependents(
  { fragments, newest, holds }: Selection,
  { unresolved }: Assembled,
  input: CompositionInput,
): Selection | undefined {
  const replaced = new Map<RootKey, Fragment | undefined>();
  const more = new Map(holds);
  const missing = new MissingServices(holds, newest);
  for (const { root, needs } of unresolved) {
    const fragment = newest.get(root);
    const because = needs === root ? missing.wantedBy(fragments.get(root)) : needs;
    if (because === undefined || !holds.has(because) || holds.has(root)) continue;
    const held = fragment && usableForm(fragment, input);
    if (held === undefined) continue;
    replaced.set(root, held);
    more.set(root, holdOf(root, because, held, input));
  }
  return replaced.size === 0 ? undefined : { fragments: fragments.with(replaced), newest, holds: more };
}

/** The Kong services that nobody gives because their root is left out: assembly does not know who would give them. */
class MissingServices {
  readonly #holds: ReadonlyMap<RootKey, Hold>;
  readonly #newest: FragmentMap;
  #roots: ReadonlyMap<string, RootKey> | undefined;

  constructor(holds: ReadonlyMap<RootKey, Hold>, newest: FragmentMap) {
    this.#holds = holds;
    this.#newest = newest;
  }

  /** The first root that would give a service to which a route of this fragment leads. */
  wantedBy(fragment: Fragment | undefined): RootKey | undefined {
    const roots = (this.#roots ??= this.#byService());
    for (const part of fragment?.parts ?? []) {
      const root = part.type === 'route' ? roots.get(part.service) : undefined;
      if (root !== undefined) return root;
    }
    return undefined;
  }

  #byService(): ReadonlyMap<string, RootKey> {
    const roots = new Map<string, RootKey>();
    for (const { root, instead } of this.#holds.values()) {
      if (instead === 'previous') continue;
      for (const part of this.#newest.get(root)?.parts ?? [])
        if (part.type === 'service') roots.set(part.entity.name, root);
    }
    return roots;
  }
}

/**
 * Roots of which nothing is in the payload: because they are left out, or because of what assembly says of them (something
 * that they need is missing, or others claim the same).
 */
function absentRoots(
  { fragments, holds }: Selection,
  { unresolved, problems, payload }: Assembled,
): readonly RootKey[] {
  const needs = new Map<RootKey, Set<RootKey>>();
  for (const { root, needs: plugin } of unresolved)
    needs.set(root, (needs.get(root) ?? new Set()).add(plugin));
  const isAbsent = (root: RootKey): boolean => {
    const missing = needs.get(root);
    const parts = fragments.get(root)?.parts ?? [];
    return parts.every((part) =>
      'entity' in part
        ? payload.ownerOf(part.entity.id) !== root
        : pluginsOf(part).some(({ plugin }) => missing?.has(plugin)),
    );
  };
  const doubtful = new Set([...needs.keys(), ...problems.flatMap(({ resource }) => rootOf(resource) ?? [])]);
  const leftOut = [...holds.values()].filter(({ instead }) => instead === 'left-out');
  return [...[...doubtful].filter(isAbsent), ...leftOut.map(({ root }) => root)];
}

function rootOf(resource: Problem['resource']): RootKey | undefined {
  return resource && `${resource.kind}/${resource.namespace}/${resource.name}`;
}

function* takesAway(before: Payload | undefined, after: Payload): Generator<undefined, boolean, undefined> {
  if (before === undefined) return false;
  for (const change of diffPayloads(before, after)) {
    if (change?.takesAway === true) return true;
    yield undefined;
  }
  return false;
}

/** How many resources a problem names. */
const MOST_NAMED = 3;

function incompleteProblem(kept: FragmentMap): Problem {
  const roots = [...kept.keys()].sort();
  const more = roots.length > MOST_NAMED ? ` and ${String(roots.length - MOST_NAMED)} more` : '';
  const names = `${roots.slice(0, MOST_NAMED).join(', ')}${more}`;
  return {
    code: 'SourceIncomplete',
    severity: 'error',
    message: `not all of the source could be read since the start; missing from it, or not as before: ${names}`,
    action: 'they stay in service as they were last accepted until all of it can be read',
  };
}
