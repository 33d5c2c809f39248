import type { Policy } from '../audit/evidence.ts';
import type { PolicyPart } from '../audit/registry.ts';
import type { ConfigProblem } from './error.ts';
import { problemsOf, unknownKey } from './problems.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** Every section's settings with the defaults filled in; a key that no section reads is a problem, at any depth. */
export function readPolicy(
  given: unknown,
  sections: readonly PolicyPart[],
  source: YamlSource,
): { readonly policy: Policy; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const policy: Record<string, Policy[string]> = {};
  if (given !== undefined && given !== null && !isObject(given)) {
    return {
      policy,
      problems: [
        { line: source.lineOf(['policy']), message: 'policy: expected a section id with its settings.' },
      ],
    };
  }
  const input = given ?? {};
  const ids = sections.map(({ id }) => id);
  for (const id of Object.keys(input).filter((key) => !ids.includes(key))) {
    problems.push(unknownKey(source, ['policy', id], ids));
  }
  for (const { id, settings } of sections) {
    const path: KeyPath = ['policy', id];
    const defaults = settings.safeParse({});
    const parsed = settings.safeParse(input[id] ?? {});
    const known = parsed.success ? parsed.data : defaults.success ? defaults.data : {};
    if (parsed.success) policy[id] = parsed.data as Policy[string];
    else problems.push(...problemsOf(parsed.error, source, (at) => keysOf(known, at.slice(2)), path));
    if (parsed.success) problems.push(...unread(input[id], parsed.data, path, source));
  }
  return { policy, problems };
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
