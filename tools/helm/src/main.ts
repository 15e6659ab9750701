import { findHelm, NO_HELM } from './binary.ts';

/** `fetch` gets Helm, `where` says where it is; everything else is for Helm. */
const [command, ...rest] = process.argv.slice(2);
if (command === 'fetch') {
  const { fetchHelm } = await import('./fetch.ts');
  try {
    process.stdout.write(`${findHelm() ?? (await fetchHelm())}\n`);
  } catch (error) {
    process.stderr.write(`Helm can't be had: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} else if (command === 'where') {
  process.stdout.write(`${findHelm() ?? 'nowhere'}\n`);
} else if (findHelm() === undefined) {
  process.stderr.write(`${NO_HELM}\n`);
  process.exitCode = 1;
} else {
  const { runHelm } = await import('./render.ts');
  const { status, stdout, stderr } = runHelm([command ?? 'help', ...rest]);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status;
}
