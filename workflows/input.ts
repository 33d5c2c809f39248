import { ApplicationFailure } from '@temporalio/common';
import { CALENDAR_KEYS, CALENDARS, type Calendar } from '../audit/calendar.ts';
import { KINDS, type Kind } from '../audit/kinds.ts';
import { FAILURE } from './failure-types.ts';
import {
  booleanField,
  botField,
  checkFields,
  choiceField,
  groupsField,
  integerField,
  namesField,
  textField,
  type Fields,
} from './input-fields.ts';
import { surplusProblem } from './unreadable-payload.ts';
import type { AuditInput } from './types.ts';

/** What people can paste into the Web UI's input. */
export const AUDIT_INPUT_EXAMPLE = '{"bot": "demo", "last": "8h", "deliver": true}';

const FIELDS = {
  bot: botField,
  last: textField('8h'),
  shift: choiceField(['latest']),
  from: textField('2026-11-20T00:00Z'),
  to: textField('2026-11-20T08:00Z'),
  date: textField('2026-11-20'),
  day: textField(CALENDARS.day.example),
  week: textField(CALENDARS.week.example),
  month: textField(CALENDARS.month.example),
  quarter: textField(CALENDARS.quarter.example),
  sinceHours: integerField(1, 9_600, 168),
  strategy: textField('trend'),
  symbols: namesField('BTCUSDT,ETHUSDT'),
  deliver: booleanField,
  groups: groupsField,
} satisfies Fields;

/** Words that people try, and the key that they mean. */
const ALIASES: Readonly<Record<string, string>> = {
  name: 'bot',
  system: 'bot',
  report: 'kind',
  type: 'kind',
  hours: 'sinceHours',
  since_hours: 'sinceHours',
  symbol: 'symbols',
  strategies: 'strategy',
  duration: 'last',
  period: 'last',
  start: 'from',
  since: 'from',
  end: 'to',
  until: 'to',
  mail: 'deliver',
  email: 'deliver',
  send: 'deliver',
  group: 'groups',
  recipient: 'groups',
  recipients: 'groups',
  address: 'groups',
  addresses: 'groups',
};

const WAYS = [
  ['last'],
  ['sinceHours'],
  ['shift'],
  ['from', 'to'],
  ['date'],
  ...CALENDAR_KEYS.map((key) => [key]),
];

export type AuditInputCheck =
  | { readonly ok: true; readonly input: AuditInput }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Checks what a person typed; every error is one sentence that names the field and shows a right example. */
export function checkAuditInput(raw: unknown, kinds: readonly Kind[] = KINDS): AuditInputCheck {
  const { bot, ...others } = FIELDS;
  const fields: Fields = { bot, kind: choiceField(kinds.map(({ id }) => id)), ...others };
  const { values, errors } = checkFields(raw, fields, ALIASES, AUDIT_INPUT_EXAMPLE);
  const kind = kinds.find(({ id }) => id === values['kind']) ?? null;
  const all = errors.length > 0 ? errors : combinationErrors(values, kind);
  return all.length > 0 ? { ok: false, errors: all } : { ok: true, input: { ...values } };
}

function combinationErrors(values: Readonly<Record<string, unknown>>, kind: Kind | null): readonly string[] {
  const used = WAYS.filter((keys) => keys.some((key) => key in values));
  if (used.length > 1) {
    const given = used.map((keys) =>
      keys
        .filter((key) => key in values)
        .map((key) => `"${key}"`)
        .join(' and '),
    );
    return [
      `The window is given in ${String(used.length)} ways, ${given.join(' and ')}; keep one, for example {"last": "8h"}.`,
    ];
  }
  if ('groups' in values && values['deliver'] === false)
    return [
      '"groups" says who gets the report and "deliver" that nobody does; leave one out, for example {"groups": ["ops"]}.',
    ];
  return kind === null ? [] : periodErrors(values, kind);
}

/** A period that is another kind's, and a kind of whole periods that is given something else. */
function periodErrors(
  values: Readonly<Record<string, unknown>>,
  { id, maxHours, calendar }: Kind,
): readonly string[] {
  const named = CALENDAR_KEYS.find((key) => key in values);
  if (calendar !== null) {
    const others = [
      'last',
      'sinceHours',
      'shift',
      ...(calendar === 'day' ? [] : ['date']),
      ...CALENDAR_KEYS,
    ].filter((key) => key !== calendar && key in values);
    const right = exampleOf(id, calendar);
    return others.length === 0 ? [] : [`A ${id} report covers one calendar ${calendar}; write ${right}.`];
  }
  if (named === undefined || CALENDARS[named].hours <= maxHours) return [];
  const whole = KINDS.find((kind) => kind.calendar === named);
  return [
    `A ${id} report covers at most ${String(maxHours)} h; for a ${named} write ${exampleOf(whole?.id ?? '', named)}.`,
  ];
}

function exampleOf(kind: string, calendar: Calendar): string {
  return `{"kind": "${kind}", "${calendar}": "${CALENDARS[calendar].example}"}`;
}

/** The input of `productionAudit`. Throws the non-retryable failure `InvalidAuditInput` with all errors. */
export function parseAuditInput(raw: unknown, more: readonly unknown[] = []): AuditInput {
  refuseSurplus(more, AUDIT_INPUT_EXAMPLE);
  const check = checkAuditInput(raw);
  if (check.ok) return check.input;
  throw invalidInput(check.errors);
}

/** @throws the failure `InvalidAuditInput` when there is more than one input */
export function refuseSurplus(more: readonly unknown[], example: string): void {
  const problem = surplusProblem(more, example);
  if (problem !== null) throw invalidInput([problem]);
}

export function invalidInput(errors: readonly string[]): ApplicationFailure {
  return withoutStack(
    ApplicationFailure.nonRetryable(errors.join(' '), FAILURE.invalidAuditInput, { errors }),
  );
}

/** What people caused needs no place in the code, and the stack of a workflow names the folder of the clone. */
export function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}
