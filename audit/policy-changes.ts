import type { Policy, PolicyValue } from './evidence.ts';
import { canonicalJson } from './hash.ts';
import type { Registry } from './registry.ts';

/**
 * Settings that differ from the project's own, `data-integrity.residualRedPercent = 5 (usually 0.05)`: a threshold may
 * be loosened for good reason, and never unseen.
 */
export function policyChanges(policy: Policy, registry: Registry): readonly string[] {
  const usual = Object.fromEntries(registry.policy.map(({ id, settings }) => [id, settings.parse({})]));
  return Object.entries(policy).flatMap(([part, settings]) => {
    const own = usual[part] as Readonly<Record<string, PolicyValue>> | undefined;
    return Object.entries(settings)
      .filter(
        ([name, value]) =>
          own !== undefined && name in own && canonicalJson(own[name]) !== canonicalJson(value),
      )
      .map(([name, value]) => `${part}.${name} = ${shown(value)} (usually ${shown(own?.[name])})`);
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : canonicalJson(value ?? null);
}
