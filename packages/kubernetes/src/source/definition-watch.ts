import type { Cancel, Clock } from '@silverback/clock';
import type { Kind } from '@silverback/cluster-state';
import type { KubeHttp } from '../access/kube-http.ts';
import type { ApiObject } from '../reflector/api-object.ts';
import type { InitialLists } from '../reflector/initial-list.ts';
import { Reflector } from '../reflector/reflector.ts';
import { DEFINITIONS_PATH } from './definition-check.ts';
import { KIND_BY_DEFINITION } from './served-kinds.ts';

/** What {@link watchDefinitions} needs. */
export interface DefinitionWatchOptions {
  readonly http: KubeHttp;
  readonly clock: Clock;
  readonly random?: () => number;
  /** Called with a kind whose definition is there, or is another than before. */
  readonly onDefined: (kind: Kind) => void;
  readonly initialLists: InitialLists;
  /** Called when the definition of a kind is about to be deleted: its objects go first. */
  readonly onGoing: (kind: Kind) => void;
  /** Called when other kinds or versions may be served than before. */
  readonly onChanged: () => void;
}

/** Ends a watch of definitions. */
export interface DefinitionWatch {
  stop(): Promise<void>;
}

/** The API server serves a new kind a little later than it says that there is one, in ms. */
const SERVED_LATER_MS = 3000;

/** Definitions are large, and their metadata is enough. A watch that asks for a list of it ends at once, without a word. */
const METADATA_ONLY = {
  list: metadataAs('PartialObjectMetadataList'),
  watch: metadataAs('PartialObjectMetadata'),
};

function metadataAs(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;
}

/** Watches the CustomResourceDefinitions of the kinds that Silverback reads. */
export function watchDefinitions(options: DefinitionWatchOptions): DefinitionWatch {
  const { http, clock, random, initialLists, onDefined, onGoing, onChanged } = options;
  let cancel: Cancel = () => undefined;
  const tell = (): void => {
    onChanged();
    cancel();
    cancel = clock.schedule(SERVED_LATER_MS, onChanged);
  };
  const reflector = new Reflector<Definition>({
    http,
    clock,
    ...(random && { random }),
    initialLists,
    collection: {
      path: DEFINITIONS_PATH,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      accept: METADATA_ONLY,
      pageSize: 100,
    },
    project: definitionOf,
    sink: {
      // Discovery is asked at the start anyway.
      replaced: (items, reason) => {
        for (const { kind } of items) if (kind !== undefined) onDefined(kind);
        if (reason !== 'start') tell();
      },
      changed: (events) => {
        const ours = events.filter(({ item }) => item.kind !== undefined);
        for (const { item, type } of ours) {
          if (item.kind === undefined) continue;
          if (item.isGoing || type === 'delete') onGoing(item.kind);
          onDefined(item.kind);
        }
        if (ours.length > 0) tell();
      },
      failed: () => undefined,
    },
  });
  reflector.start();
  return {
    stop: async () => {
      cancel();
      await reflector.stop();
    },
  };
}

interface Definition {
  readonly kind: Kind | undefined;
  readonly isGoing: boolean;
}

function definitionOf({ metadata }: ApiObject): Definition {
  return {
    kind: KIND_BY_DEFINITION.get(metadata?.name ?? ''),
    isGoing: metadata?.deletionTimestamp !== undefined,
  };
}
