import type { EntityRefusal } from '@silverback/fan-out';
import type { RootKey } from '@silverback/kong-configuration';
import type { Form, Protection } from './fleet-cluster.ts';

/** An entity as a configuration has it, with what its tags say. */
interface TaggedEntity {
  readonly id: string;
  readonly root: RootKey;
  readonly form: Form;
  readonly edit: number;
}

/** A route as a configuration has it. */
export interface ServedRoute {
  readonly root: RootKey;
  readonly protection: Protection;
  readonly path: string;
  /** Names of the types of its plugins. */
  readonly plugins: readonly string[];
}

/** What a configuration has, as far as the model knows it. */
export interface ServedConfiguration {
  /** The version of each root that something is there of. */
  readonly edits: ReadonlyMap<RootKey, number>;
  readonly routes: ReadonlyMap<RootKey, ServedRoute>;
  /** The keys of the consumer. */
  readonly keys: ReadonlySet<string>;
  /** The endpoint of each service, by the name of the service. */
  readonly targets: ReadonlyMap<string, string>;
}

interface RawEntity {
  readonly id?: string;
  readonly name?: string;
  readonly tags?: readonly string[];
}

interface RawRoute extends RawEntity {
  readonly paths?: readonly string[];
  readonly plugins?: readonly RawEntity[];
}

interface RawConfiguration {
  readonly services?: readonly (RawEntity & { readonly routes?: readonly RawRoute[] })[];
  readonly upstreams?: readonly { readonly name: string; readonly targets?: readonly { target: string }[] }[];
  readonly consumers?: readonly { readonly keyauth_credentials?: readonly { readonly key: string }[] }[];
}

/** Reads a configuration as it was sent; an empty text is none. */
export function readConfiguration(text: string): ServedConfiguration {
  const raw = (text === '' ? {} : JSON.parse(text)) as RawConfiguration;
  const entities = entitiesIn(raw);
  const routes = (raw.services ?? []).flatMap(({ routes: some = [] }) => some).map(routeOf);
  const upstreams = (raw.upstreams ?? []).flatMap(({ name, targets = [] }) =>
    targets.map(({ target }) => [name, target] as const),
  );
  const credentials = (raw.consumers ?? []).flatMap(({ keyauth_credentials: some = [] }) => some);
  return {
    edits: new Map(entities.map(({ root, edit }) => [root, edit])),
    routes: new Map(routes.map((route) => [route.root, route])),
    keys: new Set(credentials.map(({ key }) => key)),
    targets: new Map(upstreams),
  };
}

/** What Kong says of a configuration: its parser refuses the whole before it looks at anything else. */
export function refusalsOf(text: string, isExpressions: boolean): readonly EntityRefusal[] {
  const entities = entitiesIn(JSON.parse(text));
  if (entities.some(({ form }) => form === 'unnamed' || form === 'checked'))
    return [{ entityType: 'unknown', messages: ['no'] }];
  return entities
    .filter(({ form }) => form === 'named' || (form === 'expressions' && isExpressions))
    .map(({ id }) => ({ entityType: 'some', entityId: id, messages: ['no'] }));
}

/** What Kong says of an entity by itself. */
export function faultOf(entity: object): string | undefined {
  return tagsIn(entity).get('form') === 'checked' ? 'no' : undefined;
}

function entitiesIn(value: unknown): readonly TaggedEntity[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(entitiesIn);
  const tags = tagsIn(value);
  const root = tags.get('root');
  if (root === undefined) return inside;
  const { id = '' } = value as RawEntity;
  return [{ id, root, form: tags.get('form') as Form, edit: Number(tags.get('edit')) }, ...inside];
}

function routeOf(raw: RawRoute): ServedRoute {
  const tags = tagsIn(raw);
  return {
    root: tags.get('root') ?? '',
    protection: tags.get('protection') as Protection,
    path: raw.paths?.[0] ?? '',
    plugins: (raw.plugins ?? []).map(({ name = '' }) => name),
  };
}

function tagsIn(entity: object): ReadonlyMap<string, string> {
  const { tags = [] } = entity as RawEntity;
  return new Map(
    tags.map((tag) => {
      const [name = '', ...value] = tag.split('=');
      return [name, value.join('=')];
    }),
  );
}
