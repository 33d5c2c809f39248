import type { Policy, PolicyValue } from './evidence.ts';
import { canonicalJson } from './hash.ts';
import { presetOf, type PresetName } from './policy-presets.ts';

/** What a policy may hold, with the project's own values as its defaults. */
interface Settings {
  readonly policy: readonly { readonly id: string; readonly settings: { parse(given: unknown): unknown } }[];
}

/** One threshold that is not the project's own, and who made it so. */
export interface PolicyChange {
  /** `stop-loss.longGapS`. */
  readonly name: string;
  readonly value: PolicyValue;
  readonly usual: PolicyValue;
  /** What the preset in force has there; absent where it leaves the usual value. */
  readonly preset?: PolicyValue;
  /** `configuration` also where it takes back what the preset says. */
  readonly origin: 'preset' | 'configuration';
}

/** Every setting that differs from the project's own or from the preset: loosened for good reason, and never unseen. */
export function policyChanges(
  policy: Policy,
  registry: Settings,
  preset: PresetName = 'standard',
): readonly PolicyChange[] {
  const usual = Object.fromEntries(registry.policy.map(({ id, settings }) => [id, settings.parse({})]));
  return Object.entries(policy).flatMap(([part, settings]) => {
    const own = (usual[part] ?? {}) as Readonly<Record<string, PolicyValue>>;
    const given = presetOf(preset, part);
    return Object.entries(settings).flatMap(([name, value]): PolicyChange[] => {
      const before = own[name];
      const byPreset = given[name];
      if (before === undefined) return [];
      const isPresets = byPreset !== undefined && isSame(byPreset, value);
      if (isSame(before, value) && (byPreset === undefined || isPresets)) return [];
      return [
        {
          name: `${part}.${name}`,
          value,
          usual: before,
          ...(byPreset !== undefined && { preset: byPreset }),
          origin: isPresets ? 'preset' : 'configuration',
        },
      ];
    });
  });
}

/** `stop-loss.longGapS = 90 (usually 60, strict 30)`. */
function policyChangeText({ name, value, usual, preset, origin }: PolicyChange, by: PresetName): string {
  const other = origin === 'configuration' && preset !== undefined ? `, ${by} ${shown(preset)}` : '';
  return `${name} = ${shown(value)} (usually ${shown(usual)}${other})`;
}

/** For the head of a report: the preset by name, since Appendix B lists what it changes, and each own change. */
export function policyOverrides(changes: readonly PolicyChange[], preset: PresetName): readonly string[] {
  return [
    ...(preset === 'standard' ? [] : [`policy preset ${preset}`]),
    ...changes
      .filter(({ origin }) => origin === 'configuration')
      .map((change) => policyChangeText(change, preset)),
  ];
}

/** For Appendix B, one line each: `stop-loss.longGapS: 30   # usually 60; preset strict`. */
export function policyChangeLines(changes: readonly PolicyChange[], by: PresetName): readonly string[] {
  return changes.map(({ name, value, usual, preset, origin }) => {
    const whose =
      origin === 'preset'
        ? `preset ${by}`
        : `configuration${preset === undefined ? '' : `, over ${shown(preset)} of preset ${by}`}`;
    return `${name}: ${shown(value)}   # usually ${shown(usual)}; ${whose}`;
  });
}

function isSame(a: PolicyValue, b: PolicyValue): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function shown(value: PolicyValue): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}
