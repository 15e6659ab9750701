import { parser } from '@prometheus-io/lezer-promql';

/** A metric in an expression with the labels that it is selected by. */
export interface Selector {
  readonly metric: string;
  readonly labels: readonly string[];
}

/**
 * The metrics that an expression of PromQL reads.
 *
 * @throws Error when it is no PromQL
 */
export function selectorsIn(expression: string): readonly Selector[] {
  const selectors: { metric: string; labels: string[] }[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, type, from, to }) => {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`no PromQL at ${from} "${text}": ${expression}`);
      if (name === 'VectorSelector') selectors.push({ metric: /^\w*/.exec(text)?.[0] ?? '', labels: [] });
      if (name === 'LabelName' && expression.slice(to).match(/^\s*(=|!)/) !== null)
        selectors.at(-1)?.labels.push(text);
    },
  });
  return selectors;
}
