import type { Policy } from '../audit/evidence.ts';
import { PRESET_NAMES, presetOf, type PresetName } from '../audit/policy-presets.ts';
import type { PolicyPart } from '../audit/registry.ts';
import type { ConfigProblem } from './error.ts';
import { didYouMean } from './nearest.ts';
import { problemsOf, unknownKey } from './problems.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/**
 * Every section's settings: what is given, else the preset's, else the default. A key that no section reads is a
 * problem, at any depth.
 */
export function readPolicy(
  given: unknown,
  sections: readonly PolicyPart[],
  source: YamlSource,
): { readonly policy: Policy; readonly preset: PresetName; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const policy: Record<string, Policy[string]> = {};
  if (given !== undefined && given !== null && !isObject(given)) {
    return {
      policy,
      preset: 'standard',
      problems: [
        {
          line: source.lineOf(['policy']),
          message: `policy: expected a section id with its settings.${presetHint(given)}`,
        },
      ],
    };
  }
  const { preset: name, ...input } = given ?? {};
  const preset = presetNamed(name);
  if (preset === null) problems.push(noPreset(source, name));
  const ids = sections.map(({ id }) => id);
  for (const id of Object.keys(input).filter((key) => !ids.includes(key))) {
    problems.push(unknownKey(source, ['policy', id], ['preset', ...ids]));
  }
  for (const { id, settings } of sections) {
    const path: KeyPath = ['policy', id];
    const defaults = settings.safeParse({});
    const own = input[id] ?? {};
    const usual = presetOf(preset ?? 'standard', id);
    const parsed = settings.safeParse(isObject(own) ? { ...usual, ...own } : own);
    const known = parsed.success ? parsed.data : defaults.success ? defaults.data : {};
    if (parsed.success) policy[id] = parsed.data as Policy[string];
    else problems.push(...problemsOf(parsed.error, source, (at) => keysOf(known, at.slice(2)), path));
    if (parsed.success) problems.push(...unread(input[id], parsed.data, path, source));
  }
  return { policy, preset: preset ?? 'standard', problems };
}

/** Nothing is the usual policy; null is a preset that does not exist. */
function presetNamed(name: unknown): PresetName | null {
  return PRESET_NAMES.find((one) => one === (name ?? 'standard')) ?? null;
}

/** Of the name of a preset in place of the policy. */
function presetHint(given: unknown): string {
  const name = PRESET_NAMES.find((one) => one === given);
  return name === undefined ? '' : ` Write { preset: ${name} }.`;
}

function noPreset(source: YamlSource, name: unknown): ConfigProblem {
  const near = typeof name === 'string' ? didYouMean(name, PRESET_NAMES) : '';
  const found = typeof name === 'string' ? `the text "${name}"` : JSON.stringify(name);
  return {
    line: source.lineOf(['policy', 'preset']),
    message: `policy.preset: expected one of ${PRESET_NAMES.join(', ')}, found ${found}.${near}`,
  };
}

/** Keys that the schema dropped: zod's plain objects ignore what they do not know, an operator's typo must not be. */
function unread(given: unknown, read: unknown, path: KeyPath, source: YamlSource): readonly ConfigProblem[] {
  if (!isObject(given) || !isObject(read)) return [];
  return Object.keys(given).flatMap((key) =>
    key in read
      ? unread(given[key], read[key], [...path, key], source)
      : [unknownKey(source, [...path, key], Object.keys(read))],
  );
}

function keysOf(value: unknown, path: KeyPath): readonly string[] {
  const inner = path.reduce<unknown>((at, step) => (isObject(at) ? at[String(step)] : undefined), value);
  return isObject(inner) ? Object.keys(inner) : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
