import type { FleetReport } from '@silverback/fleet';
import Table from 'cli-table3';
import type picocolors from 'picocolors';

type ProxyReport = FleetReport['proxies'][number];
type Problem = FleetReport['problems'][number];
type Colors = ReturnType<typeof picocolors.createColors>;

/** What the live part of the screen shows. */
export interface View {
  readonly fleets: readonly FleetReport[];
  /** Why there is no news from the controller; undefined while it answers. */
  readonly silence?: string;
  /** Things that happened to the demo's own processes. */
  readonly notes: readonly string[];
}

/** How to show it. */
export interface Style {
  /** Columns of the terminal. */
  readonly columns: number;
  readonly colors: Colors;
  /** The demo's name of a proxy, for `host:port` of its Admin API. */
  readonly nameOf: (address: string) => string;
}

const HEADINGS = ['PROXY', 'STATE', 'DESIRED', 'REPORTED', 'LAG', 'LAST APPLY', 'PUSHES'];
/** Fixed, so that columns don't move while states change. */
const WIDTHS = [9, 14, 11, 11, 9, 12, 8];
const BORDERS =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid middle';
const NO_BORDERS = Object.fromEntries(BORDERS.split(' ').map((place) => [place, '']));

/** The live part of the screen: the table of the proxies and, below it, whatever needs attention. */
export function renderView(view: View, style: Style): string[] {
  const { colors } = style;
  const warnings = [...(view.silence === undefined ? [] : [view.silence]), ...view.notes];
  return [
    ...tableOf(view, style),
    ...view.fleets.map((fleet) => colors.dim(fleetLine(fleet))),
    ...warnings.flatMap((text) => wrap(text, style.columns).map(colors.yellow)),
    ...view.fleets.flatMap((fleet) => attention(fleet, style)),
  ];
}

function tableOf(view: View, style: Style): string[] {
  const table = new Table({
    head: HEADINGS.map(style.colors.dim),
    colWidths: WIDTHS,
    chars: NO_BORDERS,
    style: { head: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (const fleet of view.fleets) table.push(...fleet.proxies.map((proxy) => cellsOf(proxy, style)));
  return table.toString().split('\n');
}

function cellsOf(proxy: ProxyReport, style: Style): string[] {
  return [
    style.nameOf(proxy.name),
    paintState(proxy, style.colors),
    shortHash(proxy.desiredHash),
    shortHash(proxy.reportedHash),
    duration(proxy.lagMs),
    proxy.lastApplyMs === undefined ? '-' : duration(proxy.lastApplyMs),
    String(proxy.pushes),
  ];
}

function paintState(proxy: ProxyReport, colors: Colors): string {
  if (proxy.state === 'in-sync') return colors.green(proxy.state);
  const trouble = ['unreachable', 'rejected', 'contended'].includes(proxy.state);
  return trouble ? colors.red(proxy.state) : colors.yellow(proxy.state);
}

const EMPTY_PROXY = '0'.repeat(32);

/** The first eight digits of a hash, `-` for none, `empty` for the hash of a Kong without configuration. */
export function shortHash(hash: string | undefined): string {
  if (hash === EMPTY_PROXY) return 'empty';
  return hash?.slice(0, 8) ?? '-';
}

/** A duration as people read it: `0`, `240 ms`, `12 s`, `3 min`. */
export function duration(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`;
}

function fleetLine(fleet: FleetReport): string {
  if (fleet.desired === undefined) return `fleet ${fleet.name}: nothing translated yet`;
  const { routes, entities, bytes } = fleet.desired;
  return `fleet ${fleet.name}: ${routes} routes, ${entities} entities, ${bytes} bytes for each proxy`;
}

function attention(fleet: FleetReport, style: Style): string[] {
  const reasons = fleet.proxies.flatMap((proxy) =>
    proxy.reason === undefined
      ? []
      : [`${style.nameOf(proxy.name)}: ${proxy.reason.code}: ${proxy.reason.message}`],
  );
  const tight = fleet.proxies.flatMap(({ name, sizeLimit }) =>
    sizeLimit === undefined || fleet.desired === undefined
      ? []
      : [
          `${style.nameOf(name)}: the configuration has ${fleet.desired.bytes} bytes; this proxy takes fewer than ${sizeLimit}`,
        ],
  );
  const told = new Set(fleet.problems.map(ownerOf));
  const untold = fleet.held.filter(({ root }) => !told.has(root));
  const held = untold.map((resource) => {
    const instead = resource.instead === 'previous' ? 'its last accepted form is served' : 'it is not served';
    return `held: ${resource.root}: ${instead}: ${resource.reason}`;
  });
  const problems = fleet.problems.map((problem) => ({
    text: problemText(problem),
    paint: problem.severity === 'error' ? style.colors.red : style.colors.yellow,
  }));
  return [
    ...[...reasons, ...tight, ...held].flatMap((text) => wrap(text, style.columns).map(style.colors.yellow)),
    ...problems.flatMap(({ text, paint }) => wrap(text, style.columns).map(paint)),
  ];
}

/** A problem in one line: code, resource, place, message and what was done instead. */
export function problemText(problem: Problem): string {
  const { location, field } = problem;
  const place = location && `${location.file}:${location.line}`;
  return [problem.code, ownerOf(problem), place, field, `${problem.message}; ${problem.action}`]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}

/** `Kind/namespace/name` of the object that a problem belongs to. */
function ownerOf({ resource }: Problem): string | undefined {
  return (
    resource && [resource.kind, resource.namespace, resource.name].filter((part) => part !== '').join('/')
  );
}

/** Breaks a text at spaces into lines of at most `columns` characters; the lines after the first are indented. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `  ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
