import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from './failure-types.ts';
import { booleanField, botField, checkFields, choiceField, textField, type Fields } from './input-fields.ts';
import type { AuditInput } from './types.ts';

/** What people can paste into the Web UI's input. */
export const AUDIT_INPUT_EXAMPLE = '{"bot": "demo", "last": "8h", "deliver": true}';

const FIELDS: Fields = {
  bot: botField,
  kind: choiceField(['production', 'monthly']),
  last: textField('8h'),
  shift: choiceField(['latest']),
  from: textField('2026-11-20T00:00Z'),
  to: textField('2026-11-20T08:00Z'),
  date: textField('2026-11-20'),
  month: textField('2026-11'),
  deliver: booleanField,
};

/** Words that people try, and the key that they mean. */
const ALIASES: Readonly<Record<string, string>> = {
  name: 'bot',
  system: 'bot',
  report: 'kind',
  type: 'kind',
  hours: 'last',
  duration: 'last',
  period: 'last',
  start: 'from',
  since: 'from',
  end: 'to',
  until: 'to',
  day: 'date',
  mail: 'deliver',
  email: 'deliver',
  send: 'deliver',
};

const WAYS = [['last'], ['shift'], ['from', 'to'], ['date'], ['month']] as const;

export type AuditInputCheck =
  | { readonly ok: true; readonly input: AuditInput }
  | { readonly ok: false; readonly errors: readonly string[] };

/** Checks what a person typed; every error is one sentence that names the field and shows a right example. */
export function checkAuditInput(raw: unknown): AuditInputCheck {
  const { values, errors } = checkFields(raw, FIELDS, ALIASES, AUDIT_INPUT_EXAMPLE);
  const all = errors.length > 0 ? errors : combinationErrors(values);
  return all.length > 0 ? { ok: false, errors: all } : { ok: true, input: { ...values } };
}

function combinationErrors(values: Readonly<Record<string, unknown>>): readonly string[] {
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
  if (values['kind'] === 'production' && 'month' in values) {
    return [
      'A production report covers at most 24 h; for a month write {"kind": "monthly", "month": "2026-11"}.',
    ];
  }
  if (values['kind'] === 'monthly' && ['last', 'shift', 'date'].some((key) => key in values)) {
    return ['A monthly report covers one calendar month; write {"kind": "monthly", "month": "2026-11"}.'];
  }
  return [];
}

/** The input of `productionAudit`. Throws the non-retryable failure `InvalidAuditInput` with all errors. */
export function parseAuditInput(raw: unknown): AuditInput {
  const check = checkAuditInput(raw);
  if (check.ok) return check.input;
  throw invalidInput(check.errors);
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
