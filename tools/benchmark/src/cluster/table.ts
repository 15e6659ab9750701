import Table from 'cli-table3';
import type { ClusterReport } from './figures.ts';
import { judgeCluster } from './targets.ts';

const STYLE = { head: [], border: [], compact: true };

/** The results for people: targets first, then all figures. */
export function clusterTable(report: ClusterReport): string {
  const { machine, versions, seed, results } = report;
  const targets = new Table({ head: ['TARGET', 'FIGURE', ''], style: STYLE });
  for (const { what, figure, verdict } of judgeCluster(results))
    targets.push([what, figure, verdict === 'missed' ? 'MISSED' : verdict]);
  const figures = new Table({ head: ['FIGURE', ''], style: STYLE });
  for (const row of rowsOf(report)) figures.push(row);
  return [
    targets.toString(),
    figures.toString(),
    `${machine.platform}, ${machine.cores} cores (${machine.cpu}), load ${machine.load.join(' ')} at the start; ` +
      `Node ${versions.node}${results.nodeOptions === '' ? '' : ` ${results.nodeOptions}`}, seed ${seed}`,
    '',
  ].join('\n');
}

function rowsOf({ results }: ClusterReport): [string, string][] {
  const { size, server, start, changes, requests, statuses } = results;
  const sum = Object.values(start.requests).reduce((total, count) => total + count, 0);
  return [
    ['cluster', `${size.ingresses + 1} Ingresses, ${server.objects} objects, ${megabytes(server.megabytes)}`],
    [
      'API server: a bare reader gets all lists',
      `${seconds(server.bareListMs)}, CPU ${seconds(server.bareListServerCpuMs)}`,
    ],
    ['start to first payload', `${seconds(start.firstPayloadMs)}, CPU ${seconds(start.firstPayloadCpuMs)}`],
    ['API server: CPU until then', seconds(start.firstPayloadServerCpuMs)],
    [
      `after ${start.quietSeconds} s`,
      `${megabytes(start.rssMb)}, peak ${megabytes(start.peakRssMb)}, CPU ${seconds(start.quietCpuMs)}`,
    ],
    ['API requests until then', String(sum)],
    [
      `${changes.perSecond} changes a second for ${changes.seconds} s, until a proxy has them`,
      `median ${seconds(changes.medianMs)}, p99 ${seconds(changes.p99Ms)}, longest ${seconds(changes.maximumMs)}`,
    ],
    [
      'meanwhile',
      `${changes.pushes} pushes, CPU ${seconds(changes.cpuMs)}, ${megabytes(changes.rssMb)}, peak ${megabytes(changes.peakRssMb)}`,
    ],
    ...requests.map((one): [string, string] => [
      `API requests with ${one.proxies} proxies`,
      `${one.requests}, ${one.leaseRequests} for the Lease; all in sync after ${seconds(one.allHeldMs)}`,
    ]),
    [`statuses of ${statuses.ingresses} Ingresses`, `${statuses.writes} writes in ${seconds(statuses.ms)}`],
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function megabytes(value: number): string {
  return `${Math.round(value)} MB`;
}
