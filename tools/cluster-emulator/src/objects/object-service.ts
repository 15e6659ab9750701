import { randomUUID } from 'node:crypto';
import type { Clock } from '@silverback/clock';
import {
  alreadyExists,
  ApiFailure,
  badRequest,
  conflict,
  invalid,
  modified,
  notFound,
} from '../api-failure.ts';
import { managersAfterUpdate, withManagers, type Writer } from '../apply/managed-fields.ts';
import { serverSideApply } from '../apply/server-side-apply.ts';
import { isEqual, isList, isObject, objectIn, textIn, without, type JsonObject } from '../json.ts';
import { apiVersionOf, type Kind } from '../kinds/kind.ts';
import { decode, encode, keyOf, type Content, type Stored } from '../store/stored.ts';
import type { Store } from '../store/store.ts';
import { mainWrite, nextGeneration, statusWrite, withGeneration } from './desired.ts';
import { checkName, nameFor, objectOfKind, timestamp, type ObjectName } from './metadata.ts';

/** Who writes, and how. */
export interface Caller {
  /** Owner of the fields that are written. */
  readonly manager: string;
  /** Everything is checked and answered, and nothing is kept. */
  readonly isDryRun?: boolean;
}

/** Which object is written, and which part of it. */
export interface Target extends ObjectName {
  readonly kind: Kind;
  readonly subresource?: 'status';
}

/** What a write came to. */
export interface Outcome {
  readonly object: Stored;
  readonly did: 'create' | 'change' | 'remove' | 'nothing';
}

/** What must hold of an object that is deleted. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** What happens elsewhere because of a write. */
export type Consequence = (kind: Kind, outcome: Outcome) => void;

/** What an {@link ObjectService} needs. */
export interface ObjectServiceOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newUid?: () => string;
}

/** Writes objects by the rules of the API server. All methods throw ApiFailure for what it would refuse. */
export class ObjectService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #newUid: () => string;
  readonly #consequences: Consequence[] = [];

  constructor({ store, clock, newUid = randomUUID }: ObjectServiceOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#newUid = newUid;
  }

  /** Has something done after each write, when everybody who watches was told. */
  onWrite(consequence: Consequence): void {
    this.#consequences.push(consequence);
  }

  get({ kind, namespace, name }: Target): Stored {
    const object = this.#store.collection(kind.storage).get(keyOf(namespace, name));
    if (object === undefined) throw notFound(kind, name);
    return object;
  }

  /** Makes an object; without a name in `path` it must bring one. */
  create(kind: Kind, path: Partial<ObjectName>, body: unknown, caller: Caller): Outcome {
    const input = objectOfKind(body, kind);
    const target = nameFor(kind, input, path);
    const metadata = objectIn(input, 'metadata');
    if ((textIn(metadata, 'resourceVersion') ?? '') !== '')
      throw new ApiFailure(500, '', 'resourceVersion should not be set on objects to be created');
    checkName(kind, target.name);
    this.#checkNamespace(kind, target);
    if (this.#store.collection(kind.storage).get(keyOf(target.namespace, target.name)))
      throw alreadyExists(kind, target.name);
    const born = this.#admit(kind, this.newObject(kind, target, input), undefined);
    const managers = managersAfterUpdate(undefined, born, kind.shape, this.#writer({ kind }, caller));
    return this.#put(kind, withManagers(born, managers), 'create', caller);
  }

  /** Replaces an object, or its status. */
  update(target: Target, body: unknown, caller: Caller): Outcome {
    const { kind } = target;
    const input = objectOfKind(body, kind);
    nameFor(kind, input, target);
    const stored = this.#store.collection(kind.storage).get(keyOf(target.namespace, target.name));
    if (stored === undefined) {
      if (!kind.createsOnUpdate || target.subresource) throw notFound(kind, target.name);
      const named = { ...without(objectIn(input, 'metadata'), 'resourceVersion'), name: target.name };
      return this.create(kind, { namespace: target.namespace }, { ...input, metadata: named }, caller);
    }
    this.#checkVersion(target, stored, objectIn(input, 'metadata'));
    const before = this.#read(kind, stored);
    const after = this.#written(target, before, input);
    const managers = managersAfterUpdate(before, after, kind.shape, this.#writer(target, caller));
    return this.#replace(kind, stored, before, withManagers(after, managers), caller);
  }

  /**
   * Changes an object, or its status, by a patch.
   *
   * @param change - makes the patched object, with `apiVersion` and `kind`, of the one that is there
   */
  patch(target: Target, change: (object: JsonObject) => unknown, caller: Caller): Outcome {
    const { kind } = target;
    const before = this.#read(kind, this.get(target));
    return this.update(
      target,
      change({ kind: kind.kind, apiVersion: apiVersionOf(kind), ...before }),
      caller,
    );
  }

  /** Server-side apply; makes the object if it isn't there. */
  apply(target: Target, body: unknown, caller: Caller, isForced: boolean): Outcome {
    const { kind } = target;
    const input = objectOfKind(body, kind);
    nameFor(kind, input, target);
    const metadata = objectIn(input, 'metadata');
    if (isList(metadata['managedFields']) && metadata['managedFields'].length > 0)
      throw badRequest('metadata.managedFields must be nil');
    const stored = this.#store.collection(kind.storage).get(keyOf(target.namespace, target.name));
    if (stored === undefined && (target.subresource || (textIn(metadata, 'uid') ?? '') !== ''))
      throw notFound(kind, target.name);
    const live = stored && this.#read(kind, stored);
    if (stored) this.#checkVersion({ ...target, isPatch: true }, stored, metadata);
    const applied = serverSideApply({
      live,
      applied: appliedPart(target, input),
      shape: kind.shape,
      writer: this.#writer(target, caller),
      isForced,
    });
    if (stored === undefined || live === undefined) return this.#applyNew(target, applied, caller);
    const after = this.#written(target, live, applied);
    const { managedFields } = applied.metadata;
    const owned = { ...after, metadata: { ...after.metadata, managedFields } };
    return this.#replace(kind, stored, live, owned, caller);
  }

  /** Removes an object, or marks it as deleted while finalizers are on it. */
  delete(target: Target, preconditions: Preconditions, caller: Caller): Outcome {
    const { kind, name } = target;
    const stored = this.get(target);
    const before = decode(stored);
    checkPreconditions(target, before, preconditions);
    const isHeld = hasFinalizers(before) || kind.storage === 'namespaces';
    if (isHeld && before.metadata['deletionTimestamp'] !== undefined)
      return { object: stored, did: 'nothing' };
    if (!isHeld) return this.#remove(kind, before, caller);
    const generation = kind.hasGeneration ? { generation: nextGeneration(before) } : {};
    const going: Content = {
      ...before,
      ...(kind.storage === 'namespaces' && { status: { phase: 'Terminating' } }),
      metadata: {
        ...before.metadata,
        name,
        ...generation,
        deletionTimestamp: timestamp(this.#clock.date()),
        deletionGracePeriodSeconds: 0,
      },
    };
    return this.#put(kind, going, 'change', caller);
  }

  /** Removes an object whatever stands in the way. */
  purge(kind: Kind, stored: Stored): void {
    this.#remove(kind, decode(stored), { manager: '' });
  }

  /** Puts an object in as it is, status and all, with those managers only that it names, and without checks. */
  load(kind: Kind, target: ObjectName, input: JsonObject): Stored {
    const stored = this.#store.collection(kind.storage).get(keyOf(target.namespace, target.name));
    const status = input['status'];
    const born = stored
      ? mainWrite({ ...kind, hasStatus: false }, decode(stored), input)
      : { ...this.newObject(kind, target, input), ...(status !== undefined && { status }) };
    const content = stored ? withGeneration(kind, decode(stored), born) : born;
    const { managedFields } = objectIn(input, 'metadata');
    const managed: Content =
      managedFields === undefined
        ? content
        : { ...content, metadata: { ...content.metadata, managedFields } };
    const kept = kind.conversion?.toStored(managed) ?? managed;
    const object = this.#store.put(kind, kept);
    this.#tell(kind, { object, did: stored ? 'change' : 'create' });
    return object;
  }

  /** An object with what the API server gives to new ones. */
  newObject(kind: Kind, { namespace, name }: ObjectName, input: JsonObject): Content {
    const { status } = input;
    return {
      ...without(input, 'apiVersion', 'kind', 'status'),
      metadata: {
        ...without(objectIn(input, 'metadata'), 'resourceVersion', 'managedFields'),
        name,
        ...(namespace !== '' && { namespace }),
        uid: this.#newUid(),
        creationTimestamp: timestamp(this.#clock.date()),
        ...(kind.hasGeneration && { generation: 1 }),
      },
      ...(!kind.hasStatus && status !== undefined && { status }),
    };
  }

  #applyNew(target: Target, applied: Content, caller: Caller): Outcome {
    const { kind } = target;
    checkName(kind, target.name);
    this.#checkNamespace(kind, target);
    const { managedFields } = applied.metadata;
    const born = this.#admit(kind, this.newObject(kind, target, applied), undefined);
    return this.#put(kind, { ...born, metadata: { ...born.metadata, managedFields } }, 'create', caller);
  }

  #written({ kind, subresource }: Target, before: Content, input: JsonObject): Content {
    if (subresource === undefined)
      return withGeneration(kind, before, this.#admit(kind, mainWrite(kind, before, input), before));
    const written = statusWrite(kind, before, input);
    // Of its own kinds, the API server looks at the status only.
    return kind.isCustom ? this.#admit(kind, written, before) : written;
  }

  #admit(kind: Kind, object: Content, before: Content | undefined): Content {
    return kind.admit?.(object, before) ?? object;
  }

  #read(kind: Kind, stored: Stored): Content {
    const content = decode(stored);
    return kind.conversion?.fromStored(content) ?? content;
  }

  #replace(kind: Kind, stored: Stored, before: Content, after: Content, caller: Caller): Outcome {
    const { resourceVersion } = before.metadata;
    if (isEqual(before, { ...after, metadata: { ...after.metadata, resourceVersion } }))
      return { object: stored, did: 'nothing' };
    const isGone = after.metadata['deletionTimestamp'] !== undefined && !hasFinalizers(after);
    if (isGone && kind.storage !== 'namespaces') return this.#remove(kind, after, caller);
    return this.#put(kind, after, 'change', caller);
  }

  #put(kind: Kind, content: Content, did: Outcome['did'], caller: Caller): Outcome {
    const kept = kind.conversion?.toStored(content) ?? content;
    if (caller.isDryRun === true)
      return { object: encode(kept, this.#store.revision, kind.selectableFields), did };
    return this.#tell(kind, { object: this.#store.put(kind, kept), did });
  }

  #remove(kind: Kind, last: Content, caller: Caller): Outcome {
    if (caller.isDryRun === true)
      return { object: encode(last, this.#store.revision, kind.selectableFields), did: 'remove' };
    const object = this.#store.remove(kind, last);
    if (object === undefined) throw notFound(kind, textIn(last.metadata, 'name') ?? '');
    return this.#tell(kind, { object, did: 'remove' });
  }

  #tell(kind: Kind, outcome: Outcome): Outcome {
    for (const consequence of this.#consequences) consequence(kind, outcome);
    return outcome;
  }

  #writer(target: { readonly kind: Kind; readonly subresource?: 'status' }, caller: Caller): Writer {
    return {
      manager: caller.manager,
      apiVersion: apiVersionOf(target.kind),
      time: timestamp(this.#clock.date()),
      subresource: target.subresource ?? '',
    };
  }

  #checkNamespace(kind: Kind, { namespace, name }: ObjectName): void {
    if (!kind.isNamespaced) return;
    const found = this.#store.collection('namespaces').get(keyOf('', namespace));
    if (found === undefined) throw notFound({ group: '', plural: 'namespaces' }, namespace);
    if (decode(found).metadata['deletionTimestamp'] === undefined) return;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw new ApiFailure(403, 'Forbidden', `${kind.plural} "${name}" is forbidden: ${why}`, {
      name,
      kind: kind.plural,
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    });
  }

  #checkVersion(
    { kind, name, subresource, isPatch = false }: Target & { readonly isPatch?: boolean },
    stored: Stored,
    metadata: JsonObject,
  ): void {
    const uid = textIn(metadata, 'uid');
    const own = textIn(decode(stored).metadata, 'uid') ?? '';
    // Who patches a status changes no metadata, and kube-apiserver does not even look at it.
    const countsUid = !(isPatch && subresource !== undefined);
    if (countsUid && uid !== undefined && uid !== own) throw uidConflict(kind, name, uid, own);
    const version = textIn(metadata, 'resourceVersion') ?? '';
    if (version === '' && !isPatch && !kind.allowsUnconditionalUpdate)
      throw invalid(kind, name, [
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 0: must be specified for an update',
          field: 'metadata.resourceVersion',
        },
      ]);
    if (version !== '' && version !== String(stored.revision)) throw modified(kind, name);
  }
}

/** What of an applied object is meant: at `/status` the status, else all but the status. */
function appliedPart({ kind, subresource }: Target, input: JsonObject): JsonObject {
  if (subresource) return { status: input['status'] };
  return kind.hasStatus ? without(input, 'status') : input;
}

function hasFinalizers({ metadata }: Content): boolean {
  return isList(metadata['finalizers']) && metadata['finalizers'].length > 0;
}

function checkPreconditions({ kind, name }: Target, { metadata }: Content, wanted: Preconditions): void {
  const uid = textIn(metadata, 'uid') ?? '';
  if (wanted.uid !== undefined && wanted.uid !== uid) throw uidConflict(kind, name, wanted.uid, uid);
  const version = textIn(metadata, 'resourceVersion') ?? '';
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== version)
    throw conflict(
      kind,
      name,
      `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${version}`,
    );
}

function uidConflict(kind: Kind, name: string, wanted: string, own: string): ApiFailure {
  return conflict(
    kind,
    name,
    `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${own}`,
  );
}

/** The finalizers and preconditions in the options of a DELETE. */
export function preconditionsIn(options: unknown): Preconditions {
  const given = isObject(options) ? objectIn(options, 'preconditions') : {};
  return { uid: textIn(given, 'uid'), resourceVersion: textIn(given, 'resourceVersion') };
}
