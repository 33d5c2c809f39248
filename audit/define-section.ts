import type { z } from 'zod';
import { errorMessage } from './error-message.ts';
import type { Dataset, Series } from './block.ts';
import type { Policy } from './evidence.ts';
import type { CheckResult, GateResult } from './check.ts';
import { completeFinding } from './complete-finding.ts';
import { toFigure, type Figure } from './figure.ts';
import type { Finding } from './finding.ts';
import { readRows } from './input.ts';
import type {
  CheckDefinition,
  GateDefinition,
  JudgedRules,
  Output,
  Queries,
  Section,
  SectionContext,
  SectionDefinition,
  SectionInput,
  SectionResult,
} from './section.ts';
import { factsBelow, queriesOf, readFacts, type Uses } from './shared-fact.ts';
import { known, missing, type Missing } from './value.ts';

/** Collects what a section computes; a key or id used twice is a mistake in the section. */
export function createOutput(
  section: string,
  currency: string,
): Output & {
  readonly figures: Figure[];
  readonly allSeries: Series[];
  readonly datasets: Dataset[];
} {
  const figures = new Map<string, Figure>();
  const allSeries: Series[] = [];
  const datasets: Dataset[] = [];
  return {
    section,
    currency,
    get figures() {
      return [...figures.values()];
    },
    allSeries,
    datasets,
    figure(spec) {
      const figure = toFigure(spec);
      if (figures.has(figure.key)) throw new Error(`figure ${figure.key} is defined twice`);
      figures.set(figure.key, figure);
      return figure.key;
    },
    series(series) {
      if (allSeries.some(({ id }) => id === series.id))
        throw new Error(`series ${series.id} is defined twice`);
      allSeries.push(series);
      return series.id;
    },
    dataset(dataset) {
      if (datasets.some(({ id }) => id === dataset.id))
        throw new Error(`dataset ${dataset.id} is defined twice`);
      datasets.push(dataset);
      return dataset.id;
    },
    shown: (id) => datasets.find((dataset) => dataset.id === id),
    value(key) {
      const figure = figures.get(key);
      if (!figure) throw new Error(`no figure ${key}`);
      return figure.value === null ? missing(figure.reason ?? 'no_data', figure.detail) : known(figure.value);
    },
  };
}

/**
 * Closes a section over its own row, settings and facts types, so that the registry needs no `any`.
 * Authors never catch: what throws here makes the section `failed`, its checks unknown.
 */
export function defineSection<const Q extends Queries, S extends z.ZodType, F, const U extends Uses = Uses>(
  definition: SectionDefinition<Q, S, F, U>,
): Section {
  const { id, number, title } = definition;
  const facts = factsBelow(definition.uses ?? {});
  return {
    id,
    number,
    title,
    ...(definition.subject !== undefined && { subject: definition.subject }),
    ...(definition.beside !== undefined && { beside: definition.beside }),
    settings: definition.settings,
    queries: queriesOf(definition.queries, facts),
    facts,
    checks: definition.checks,
    rules: definition.rules.map(({ condition, ...rule }) => ({
      id: rule.id,
      title: rule.title,
      dimension: rule.dimension,
      condition: (policy = {}) =>
        typeof condition === 'string' ? condition : condition(settingsIn(policy, definition, facts)),
    })),
    evaluate(context) {
      try {
        return evaluate(definition, context);
      } catch (error) {
        return failedResult(definition, context, errorMessage(error));
      }
    },
  };
}

function evaluate<Q extends Queries, S extends z.ZodType, F, U extends Uses>(
  definition: SectionDefinition<Q, S, F, U>,
  context: SectionContext,
): SectionResult {
  const { id, number, title } = definition;
  const input = inputOf(definition, context);
  const out = createOutput(id, input.bot.quoteCurrency);
  const facts = definition.facts(input);
  definition.figures(facts, input, out);
  const checks = definition.checks.map((check): CheckResult => ({
    ...identify(check, id),
    outcome: excused(check, context) ?? check.evaluate(facts, input, out),
  }));
  const gates = applicableGates(definition, context).map((gate) => ({
    ...headOf(gate, id),
    ...gate.evaluate(facts, input, out),
  }));
  const found = definition.rules.map((rule) =>
    rule.evaluate(facts, input, out).map((draft): Finding =>
      completeFinding(draft, {
        rule: rule.id,
        ruleTitle: rule.title,
        dimension: rule.dimension,
        section: id,
        window: input.window,
        bot: input.bot,
        entities: input.entities,
        history: input.history,
      }),
    ),
  );
  const findings = found.flat();
  const isJudged = (index: number): boolean => (found[index]?.length ?? 0) > 0;
  const rules = judgedRules(definition, context, facts, input, isJudged);
  const parts = definition.parts(facts, input, out, findings, rules);
  return {
    id,
    number,
    title,
    status: 'ok',
    figures: out.figures,
    series: out.allSeries,
    datasets: out.datasets,
    checks,
    gates,
    findings,
    parts,
    rules,
  };
}

/** Who says nothing of what it could not see would pass it off as seen. */
function judgedRules<Q extends Queries, S extends z.ZodType, F, U extends Uses>(
  { rules, queries, uses, unseen }: SectionDefinition<Q, S, F, U>,
  { rowsOf }: SectionContext,
  facts: F,
  input: SectionInput<Q, z.output<S>, U>,
  isJudged: (index: number) => boolean,
): JudgedRules {
  const asked = queriesOf(queries, factsBelow(uses ?? {}));
  const unread = (ids: readonly string[]): Missing | null => {
    const rows = asked.filter(({ id }) => ids.includes(id)).map(rowsOf);
    return rows.find((one) => !one.ok) ?? null;
  };
  const whole = unseen?.(facts, input) ?? null;
  const judged = rules.map(({ id, title, ...rule }, index) => {
    const own = (): Missing | null =>
      rule.unseen ? rule.unseen(facts, input) : unread(rule.reads?.(facts, input) ?? []);
    return { id, title, why: isJudged(index) ? null : (whole ?? own()) };
  });
  const outOfScope = judged.flatMap(({ id, why }) => (why?.reason === 'not_applicable' ? [id] : []));
  return {
    ...(outOfScope.length > 0 && { outOfScope }),
    judged: judged.filter(({ why }) => why === null).length,
    unjudged: judged.flatMap(({ id, title, why }) =>
      why === null || why.reason === 'not_applicable'
        ? []
        : [{ id, title, why: missing(why.reason, why.detail) }],
    ),
  };
}

/** Of the section and of the facts it uses, in one object; their names differ. */
function settingsIn(
  policy: Policy,
  { id, settings }: Pick<Section, 'id' | 'settings'>,
  facts: Section['facts'],
): never {
  const shared = facts.flatMap((fact) => fact.settings?.parse(policy[fact.id] ?? {}) ?? []);
  return Object.assign({}, ...shared, settings.parse(policy[id] ?? {})) as never;
}

function inputOf<Q extends Queries, S extends z.ZodType, F, U extends Uses>(
  { id, queries, uses, settings }: SectionDefinition<Q, S, F, U>,
  context: SectionContext,
): SectionInput<Q, z.output<S>, U> {
  const { rowsOf, factOf, policy, ...surroundings } = context;
  return {
    ...surroundings,
    rows: readRows(queries, { rowsOf }),
    shared: readFacts(uses ?? ({} as U), factOf),
    settings: settings.parse(policy[id] ?? {}),
  };
}

function applicableGates<Q extends Queries, S extends z.ZodType, F, U extends Uses>(
  { gates }: SectionDefinition<Q, S, F, U>,
  { bot }: SectionContext,
): NonNullable<SectionDefinition<Q, S, F, U>['gates']> {
  return (gates ?? []).filter((gate) => bot.sources[gate.source] !== 'none');
}

function headOf(
  {
    id,
    title,
    asks,
    source,
    rule,
  }: Pick<GateDefinition<never, never>, 'id' | 'title' | 'asks' | 'source' | 'rule'>,
  section: string,
): Omit<GateResult, 'failed' | 'text'> {
  return { id, section, title, asks, source, ...(rule !== undefined && { rule }) };
}

type CheckHead = Pick<CheckDefinition<never, never>, 'id' | 'title' | 'dimension' | 'weight' | 'source'>;

function identify(check: CheckHead, section: string): Omit<CheckResult, 'outcome'> {
  return { id: check.id, section, title: check.title, dimension: check.dimension, weight: check.weight };
}

/** Only a source declared `none`, or the operator's word, makes a check not applicable; missing rows never do. */
function excused(check: CheckHead, context: SectionContext): CheckResult['outcome'] | null {
  const reason = context.bot.notApplicable[check.id];
  if (reason !== undefined) return { state: 'not_applicable', text: [`By configuration: ${reason}`] };
  if (context.bot.sources[check.source] === 'none') {
    return { state: 'not_applicable', text: [`The source ${check.source} is declared none.`] };
  }
  return null;
}

function failedResult<Q extends Queries, S extends z.ZodType, F, U extends Uses>(
  definition: SectionDefinition<Q, S, F, U>,
  context: SectionContext,
  error: string,
): SectionResult {
  const { id, number, title } = definition;
  return {
    id,
    number,
    title,
    status: 'failed',
    error,
    figures: [],
    series: [],
    datasets: [],
    checks: definition.checks.map((check) => ({
      ...identify(check, id),
      outcome: excused(check, context) ?? {
        state: 'unknown',
        reason: 'source_failed',
        text: [`Section failed: ${error}`],
      },
    })),
    gates: applicableGates(definition, context).map((gate) => ({
      ...headOf(gate, id),
      failed: null,
      text: [`Section failed: ${error}`],
    })),
    findings: [],
    parts: [
      {
        title: 'Unavailable',
        blocks: [{ type: 'note', tone: 'bad', text: [`This section could not be computed: ${error}`] }],
      },
    ],
    rules: {
      judged: 0,
      unjudged: definition.rules.map((rule) => ({
        id: rule.id,
        title: rule.title,
        why: missing('source_failed', error),
      })),
    },
  };
}
