import type { Dataset, Series } from '../../audit/block.ts';
import type { CheckResult, GateResult } from '../../audit/check.ts';
import type { Figure } from '../../audit/figure.ts';
import { canonicalJson, sha256 } from '../../audit/hash.ts';
import type { SectionResult } from '../../audit/section.ts';
import { findingLines } from './finding-lines.ts';
import { oneLine, short, sorted, type Line, type Say } from './lines.ts';

/** What a section computed: figures, checks, gates, datasets and series by hash, findings. */
export function resultLines(result: SectionResult, say: Say): readonly Line[] {
  const { number, title, status, error = '', rules } = result;
  const unjudged = rules.unjudged.map(
    ({ id, why }) => `${id} not judged ${why.reason} (${oneLine(why.detail ?? '')})`,
  );
  return [
    {
      head: 'section',
      body: [
        `${number ?? '-'} ${title}, ${String(rules.judged)} rules, ${status} ${error}`.trim(),
        ...unjudged,
      ].join('; '),
    },
    ...result.figures.map(figureLine),
    ...result.checks.map((check) => checkLine(check, say)),
    ...result.gates.map((gate) => gateLine(gate, say)),
    ...result.datasets.map(datasetLine),
    ...result.series.map(seriesLine),
    ...result.findings.flatMap((finding) => findingLines(finding, say)),
  ];
}

/** `value unit | reason (detail)`, and two hashes: of its words, and of the names of its queries. */
function figureLine(figure: Figure): Line {
  const { key, value, reason = '', detail, unit, currency, id, title, basis, formula, n, interval } = figure;
  const because = `${reason}${detail === undefined ? '' : ` (${oneLine(detail)})`}`;
  const extras = [
    id === null ? '' : ` [${id}]`,
    n === undefined ? '' : ` n=${String(n)}`,
    interval === undefined ? '' : ` in ${interval.join('..')}`,
  ].join('');
  const words = short({ title, basis, formula });
  const from = short(sorted(figure.queries));
  const what = value === null ? `| ${because}` : oneLine(String(value));
  return {
    head: `figure ${key}`,
    body: `${what} ${unit}${currency === undefined ? '' : ` ${currency}`}${extras} #${words} #${from}`,
  };
}

function checkLine({ id, title, dimension, weight, outcome }: CheckResult, say: Say): Line {
  const state =
    outcome.state === 'known'
      ? `r ${String(outcome.r)} credit ${String(outcome.credit)}`
      : `${outcome.state}${outcome.state === 'unknown' ? ` ${outcome.reason}` : ''}`;
  return {
    head: `check ${id}`,
    body: `${state}: ${say(outcome.text)} (${title}, ${dimension}, weight ${String(weight)})`,
  };
}

function gateLine({ id, title, failed, text }: GateResult, say: Say): Line {
  const state = failed === null ? 'not seen' : failed ? 'failed' : 'held';
  return { head: `gate ${id}`, body: `${state}: ${say(text)} (${title})` };
}

function datasetLine({ id, title, columns, rows, queries }: Dataset): Line {
  const hash = sha256(canonicalJson({ columns, rows })).slice(0, 16);
  const keys = columns.map(({ key }) => key).join(',');
  return {
    head: `dataset ${id}`,
    body: `${String(rows.length)} rows #${hash} #${short(sorted(queries))} ${title} (${keys})`,
  };
}

function seriesLine({ id, title, unit, currency = '', queries, points }: Series): Line {
  const hash = sha256(canonicalJson(points)).slice(0, 16);
  return {
    head: `series ${id}`,
    body: `${String(points.length)} points #${hash} #${short(sorted(queries))} ${title}, ${unit} ${currency}`.trim(),
  };
}
