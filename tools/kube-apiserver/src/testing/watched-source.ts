import { SystemClock } from '@silverback/clock';
import { keyOf } from '@silverback/cluster-state';
import {
  ClusterSource,
  type ClusterChanges,
  type ClusterEvent,
  type ClusterSnapshot,
  type ClusterSourceOptions,
  type KubeHttp,
} from '@silverback/kubernetes';

/** A source that a test listens to, with what it has shown so far. */
export class WatchedSource {
  readonly source: ClusterSource;
  /** All keys, as in `Service/shop/web`, with the records. */
  readonly objects = new Map<string, unknown>();
  /** How often each key came or went. */
  readonly changes: string[] = [];
  readonly events: ClusterEvent[] = [];
  problems: ClusterSnapshot['problems'] = [];
  #waiting: (() => void)[] = [];

  constructor(http: KubeHttp, options: Partial<ClusterSourceOptions> = {}) {
    this.source = new ClusterSource({
      http,
      clock: new SystemClock(),
      namespaces: [],
      ...options,
      onEvent: (event) => {
        this.events.push(event);
        this.#tell();
      },
    });
  }

  /** Starts, and resolves with the first report. */
  async start(): Promise<void> {
    let hasReported = false;
    await this.source.start((report) => {
      hasReported = true;
      this.#take(report);
    });
    await this.until(() => hasReported);
  }

  /** Resolves when something holds; looks again whenever the source tells something. */
  async until(check: () => boolean): Promise<void> {
    while (!check()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Why everything of a kind was listed, each time. */
  listsOf(kind: string): string[] {
    return this.events.flatMap((event) =>
      event.type === 'listed' && event.kind === kind ? [event.reason] : [],
    );
  }

  stop(): Promise<void> {
    return this.source.stop();
  }

  #take(report: ClusterSnapshot | ClusterChanges): void {
    this.problems = report.problems;
    if ('resources' in report) for (const record of report.resources) this.objects.set(keyOf(record), record);
    else
      for (const change of report.changes) {
        if (change.type === 'upsert') {
          const key = keyOf(change.resource);
          this.objects.set(key, change.resource);
          this.changes.push(`upsert ${key}`);
        } else {
          this.objects.delete(change.key);
          this.changes.push(`delete ${change.key}`);
        }
      }
    this.#tell();
  }

  #tell(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
