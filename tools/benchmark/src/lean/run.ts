import type { ResourceRecord } from '@silverback/cluster-state';
import { describeMachine, describeVersions, type Machine, type Versions } from '../machine.ts';
import type { Progress } from '../progress.ts';
import { Subject } from '../translation/subject.ts';
import { testCertificates } from '../translation/certificates.ts';
import { workload } from '../translation/workload.ts';
import { applyTime } from './apply-time.ts';
import { countEntities, kicShaped, type Configuration } from './kic-shape.ts';

/** What to compare. */
export interface LeanOptions {
  readonly ingresses: readonly number[];
  /** Admin API of a DB-less Kong that is told both configurations; nothing is applied without it. */
  readonly adminUrl?: string;
}

/** One configuration, measured. */
export interface Weight {
  readonly entities: number;
  readonly bytes: number;
  /** How long Kong took to apply it, in ms; absent where none was named. */
  readonly applyMs?: number;
}

/** Both configurations for the same resources. */
export interface LeanResult {
  readonly ingresses: number;
  readonly ours: Weight;
  readonly kicShaped: Weight;
}

/** The results of a run. */
export interface LeanReport {
  readonly machine: Machine;
  readonly versions: Versions;
  readonly results: readonly LeanResult[];
}

/** Compares our configurations with those that Kong's own controller would have made of the same resources. */
export async function runLean(options: LeanOptions, progress: Progress): Promise<LeanReport> {
  const machine = describeMachine();
  const results: LeanResult[] = [];
  for (const ingresses of options.ingresses) {
    progress.say(`${ingresses} Ingresses`);
    results.push(await compare(ingresses, options.adminUrl));
  }
  return { machine, versions: describeVersions(), results };
}

async function compare(ingresses: number, adminUrl: string | undefined): Promise<LeanResult> {
  const bytes = await encode(workload({ ingresses, consumers: 0 }, await testCertificates(ingresses)));
  const ours = JSON.parse(bytes.toString()) as Configuration;
  const theirs = kicShaped(ours);
  return {
    ingresses,
    ours: await weigh(ours, bytes, 'text/yaml', adminUrl),
    kicShaped: await weigh(theirs, Buffer.from(JSON.stringify(theirs)), 'application/json', adminUrl),
  };
}

async function encode(records: readonly ResourceRecord[]): Promise<Buffer> {
  const subject = new Subject();
  await subject.translate(subject.load(records));
  return Buffer.concat(subject.payload.segments);
}

async function weigh(
  configuration: Configuration,
  bytes: Buffer,
  contentType: string,
  adminUrl: string | undefined,
): Promise<Weight> {
  const applyMs = adminUrl === undefined ? undefined : await applyTime(adminUrl, bytes, contentType);
  return {
    entities: countEntities(configuration),
    bytes: bytes.length,
    ...(applyMs !== undefined && { applyMs }),
  };
}
