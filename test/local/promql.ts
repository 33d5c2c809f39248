import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads of one metric. */
export interface Selected {
  readonly metric: string;
  /** Labels that its selector compares. */
  readonly matched: readonly string[];
}

export interface Promql {
  readonly selected: readonly Selected[];
  /** Labels that it groups, joins or keeps by, anywhere in it. */
  readonly grouped: readonly string[];
}

/** Reads an expression with Prometheus's own grammar. @throws where it is none */
export function readPromql(expr: string): Promql {
  const selected: { metric: string; matched: string[] }[] = [];
  const grouped: string[] = [];
  let inGrouping = false;
  parser.parse(expr).iterate({
    enter({ name, from, to, type }) {
      if (type.isError) throw new Error(`no PromQL at ${String(from)}: ${expr}`);
      const text = expr.slice(from, to);
      if (name === 'VectorSelector') selected.push({ metric: '', matched: [] });
      const last = selected.at(-1);
      if (name === 'Identifier' && last !== undefined) last.metric = text;
      if (name === 'GroupingLabels') inGrouping = true;
      if (name === 'LabelName') (inGrouping ? grouped : (last?.matched ?? grouped)).push(text);
    },
    leave({ name }) {
      if (name === 'GroupingLabels') inGrouping = false;
    },
  });
  return { selected, grouped };
}
