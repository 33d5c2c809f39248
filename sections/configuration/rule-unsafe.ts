import { text } from '../../audit/text.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, rule } from '../shared/vocabulary/rule.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { ISSUE_KINDS, type IssueKind } from './issues.ts';

/** Settings that cannot do what they are for: one finding a kind. */
export const unsafeConfiguration = rule<Facts, Input>()({
  id: 'CF-01',
  title: 'Unsafe configuration',
  dimension: 'risk',
  condition:
    'a limit of the bot that is empty, 0 or negative (HIGH beside one of the operator’s); a kind of limit that nobody set, a limit of the bot above the operator’s, one position that may lose more than a day, no switch that stops all trading (MEDIUM); a limit that never binds, no limit of age (LOW)',
  effort: 'low',
  find: ({ issues }) =>
    ISSUE_KINDS.flatMap((kind) => {
      const found = issues.filter((issue) => issue.kind === kind);
      return found.length === 0 ? [] : [{ venue: null, found, kind, labels: { issue: kind }, of: { kind } }];
    }),
  unseen: ({ blind }) => blind,
  from: { basis: 'limits and switches', queries: asked('limits') },
  numbers: ({ found }) => ({
    issues: num.count('Settings of this kind', found.length, 'rows of the table of issues of this kind'),
  }),
  severity: ({ of: { kind }, found }) => {
    // The operator has decided what the bot may do, and the bot does not keep to a number at all.
    if (kind === 'void') return found.some(({ recommended }) => recommended !== null) ? 'HIGH' : 'MEDIUM';
    return kind === 'idle' || found.every(({ parameter }) => parameter === 'max_age') ? 'LOW' : 'MEDIUM';
  },
  causes: ({ of: { kind } }) => [
    kind === 'looser'
      ? hypothesis('two-sources', 'The limit is kept in two places, and only one of them was changed.', [
          'the operator’s and the bot’s limit differ',
          true,
        ])
      : hypothesis('not-set', 'Nobody decided on a value, or decided on each value alone.', [
          'it follows from the settings in force',
          true,
        ]),
  ],
  otherwise: 'Who set these values is not recorded.',
  occurrence: ({ parameter }, { input }) => ({
    subject: parameter,
    at: input.window.from,
    until: input.window.to,
  }),
  evidence: {
    of: 'configuration.issues',
    accused: (cell, { of: { kind } }) => cell('kind') === kind,
  },
  see: ({ of: { kind } }) =>
    kind === 'no-kill-switch'
      ? 'select name, value, kind, max(at) as last from state group by name, value, kind order by name limit 20'
      : 'select name, kind, value, unit, scope, scope_value from "limit" order by kind, scope, name limit 40',
  words: (n, { of: { kind }, found }) => {
    const say = SAY[kind];
    const parameters = names(found.map(({ parameter }) => parameter));
    return {
      title: text`${n.issues} ${noun(found.length, say.one, say.many)}: ${parameters}`,
      description: text`${parameters}: ${names(found.map(({ reason }) => reason))}.`,
      financial: 'None in this window by this alone: what was lost or held stands in its own section.',
      operational: 'What the setting was to prevent is prevented by nothing else that is known.',
      risk: say.risk,
      detection: 'No alert watches settings.',
      recommendation: `${say.recommendation} (${parameters}).`,
      verification: text`${say.one} is not in the table of issues of the next window.`,
    };
  },
});

const SAY: Readonly<
  Record<
    IssueKind,
    { readonly one: string; readonly many: string; readonly risk: string; readonly recommendation: string }
  >
> = {
  void: {
    one: 'limit of the bot without a value above 0',
    many: 'limits of the bot without a value above 0',
    risk: 'Read as "no limit" it lets the bot hold or lose anything; read as "nothing" it stops an entry, or an exit, that is needed.',
    recommendation: 'Write the value that is meant, and let the bot refuse to start on a limit that is none',
  },
  missing: {
    one: 'limit that nobody set',
    many: 'limits that nobody set',
    risk: 'The first time that it would have bound is the first time that it is missed.',
    recommendation:
      'Decide on a value in the risk plan, let the bot refuse what exceeds it, and name it here too',
  },
  looser: {
    one: 'limit of the bot above the operator’s',
    many: 'limits of the bot above the operator’s',
    risk: 'Between the two values the bot trades on what its operator has forbidden.',
    recommendation: 'Set the bot’s own limit to the operator’s value',
  },
  contradictory: {
    one: 'limit that contradicts another',
    many: 'limits that contradict each other',
    risk: 'One position alone can break the limit of the day before anything stops it.',
    recommendation: 'Lower the loss of one position to a part of the loss of a day',
  },
  idle: {
    one: 'limit that never binds',
    many: 'limits that never bind',
    risk: 'Whoever reads it believes that the part is limited.',
    recommendation: 'Lower it to what the part may take of the whole, or take it away',
  },
  'no-kill-switch': {
    one: 'switch missing',
    many: 'switches missing',
    risk: 'In an incident the only way to stop is to end the process.',
    recommendation:
      'Give the bot a switch that stops all trading and leaves stops in place, and try it once a month',
  },
};
