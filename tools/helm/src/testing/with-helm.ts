import { findHelm, NO_HELM } from '../binary.ts';

const helm = findHelm();
if (helm === undefined) process.stderr.write(`SKIPPED, the chart is not tested: ${NO_HELM}\n`);

/** A test that needs Helm; skipped, and said so, where there is none. */
export const testWithHelm = helm === undefined ? test.skip : test;
