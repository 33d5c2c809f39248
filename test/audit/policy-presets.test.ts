import { describe, expect, test } from '@jest/globals';
import type { Policy, PolicyValue } from '../../audit/evidence.ts';
import { policyChangeLines, policyChanges, policyOverrides } from '../../audit/policy-changes.ts';
import { PRESET_NAMES, PRESETS, presetOf, type PresetName } from '../../audit/policy-presets.ts';
import { registry } from '../../sections/index.ts';
import { at, evaluate } from '../sections/support.ts';
import { position, stop } from '../sections/trading-rows.ts';

/** The policy in force: the project's own, the preset, what the operator wrote. */
function policyOf(preset: PresetName, own: Policy = {}): Policy {
  return Object.fromEntries(
    registry.policy.map(({ id, settings }) => [
      id,
      settings.parse({ ...presetOf(preset, id), ...own[id] }) as Policy[string],
    ]),
  );
}

/** What a gate of the verdict reads, what tells open and protected positions, and whether the money adds up. */
const UNTOUCHED = ['shared', 'data-integrity', 'monitoring-coverage', 'scoring'];
const UNTOUCHED_SETTINGS = ['longGapS', 'coverageTolerancePct', 'wrongSidePct', 'blockerRecentS'];

/** One position that is open at the end with a stop on the wrong side. */
const UNPROTECTED = {
  positions: [position('a')],
  orders: [stop('a', 's1', at('01:00'), { trigger_price: '105' })],
};

describe('the presets', () => {
  test.each(PRESET_NAMES)('%s changes only thresholds that exist, each to another value', (name) => {
    const usual = policyOf('standard');
    const policy = policyOf(name);
    const entries = Object.entries<Readonly<Record<string, PolicyValue>>>(PRESETS[name]);
    for (const [part, settings] of entries)
      for (const [key, value] of Object.entries(settings)) {
        expect([part, key, usual[part]?.[key]]).not.toEqual([part, key, undefined]);
        expect([part, key, usual[part]?.[key]]).not.toEqual([part, key, value]);
        expect([part, key, policy[part]?.[key]]).toEqual([part, key, value]);
      }
  });

  test('strict is on the other side of the usual value than paper', () => {
    const usual = policyOf('standard');
    const tables: Readonly<Record<PresetName, Policy>> = PRESETS;
    for (const [part, settings] of Object.entries(tables.paper))
      for (const [key, value] of Object.entries(settings)) {
        const strict = tables.strict[part]?.[key];
        if (strict === undefined) continue;
        const middle = Number(usual[part]?.[key]);
        expect([part, key, Math.sign(Number(strict) - middle) * Math.sign(Number(value) - middle)]).toEqual([
          part,
          key,
          -1,
        ]);
      }
  });

  test('paper leaves what the gates of the verdict read', () => {
    const touched = Object.entries<Readonly<Record<string, PolicyValue>>>(PRESETS.paper);
    expect(touched.map(([part]) => part).filter((part) => UNTOUCHED.includes(part))).toEqual([]);
    const keys = touched.flatMap(([, settings]) => Object.keys(settings));
    expect(keys.filter((key) => UNTOUCHED_SETTINGS.includes(key))).toEqual([]);
  });

  test.each(PRESET_NAMES)('with %s every gate says what it says of the usual policy', (name) => {
    const gates = (preset: PresetName) =>
      registry.sections.flatMap((section) =>
        evaluate(section, { rows: UNPROTECTED, context: { policy: policyOf(preset) } }).gates.map(
          ({ id, failed }) => [id, failed],
        ),
      );
    const said = gates(name);
    expect(said).toEqual(gates('standard'));
    expect(said.filter(([, failed]) => failed === true)).not.toEqual([]);
  });
});

describe('what is not the usual policy', () => {
  const loose: Policy = { 'monitoring-coverage': { heartbeatGapS: 1800 } };

  test('is nothing of the usual one', () => {
    expect(policyChanges(policyOf('standard'), registry)).toEqual([]);
    expect(policyOverrides([], 'standard')).toEqual([]);
  });

  test('is said with both values', () => {
    const changes = policyChanges(policyOf('standard', loose), registry);
    expect(policyOverrides(changes, 'standard')).toEqual([
      'monitoring-coverage.heartbeatGapS = 1800 (usually 600)',
    ]);
    expect(policyChangeLines(changes, 'standard')).toEqual([
      'monitoring-coverage.heartbeatGapS: 1800   # usually 600; configuration',
    ]);
  });

  test('names the preset, and who set each value', () => {
    const own: Policy = {
      ...loose,
      'stop-loss': { longGapS: 60, slippageWorstBps: 200 },
      'code-quality': { newErrors: 2 },
    };
    const changes = policyChanges(policyOf('strict', own), registry, 'strict');
    expect(policyOverrides(changes, 'strict')).toEqual([
      'policy preset strict',
      'stop-loss.longGapS = 60 (usually 60, strict 30)',
      'stop-loss.slippageWorstBps = 200 (usually 100, strict 50)',
      'monitoring-coverage.heartbeatGapS = 1800 (usually 600)',
    ]);
    const lines = policyChangeLines(changes, 'strict');
    expect(lines).toHaveLength(Object.values(PRESETS.strict).flatMap((part) => Object.keys(part)).length + 1);
    expect(lines).toEqual(
      expect.arrayContaining([
        'stop-loss.longGapS: 60   # usually 60; configuration, over 30 of preset strict',
        'code-quality.newErrors: 2   # usually 3; preset strict',
      ]),
    );
  });
});
