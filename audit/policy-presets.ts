type Thresholds = Readonly<Record<string, number | boolean>>;
/** By section. */
type Table = Readonly<Record<string, Thresholds>>;

/** For money that must not be lost: what is usually a warning is a finding, and less is borne for less time. */
const strict: Table = {
  'position-management': {
    entryFailureWarnPct: 3,
    entryFailureHighPct: 15,
    unknownExitPct: 2,
    limitWarnRatio: 0.6,
  },
  'stop-loss': {
    longGapS: 30,
    exposureCritical: 0.05,
    initialSloMs: 1_000,
    initialRedMs: 3_000,
    initialMaxMs: 15_000,
    updateSloMs: 500,
    nakedGapHighS: 2,
    slippageGoodBps: 5,
    slippageWarnBps: 15,
    slippageWorstBps: 50,
    lossBeyondPlan: 1.5,
    muteSlippageOnTestnet: false,
  },
  'trailing-stop': { stormPerMin: 0.5, stormMediumPerMin: 1.5, stormHighPerMin: 3, usefulPercent: 70 },
  'websocket-health': {
    uptimeGoodPercent: 99.95,
    uptimeWarnPercent: 99.5,
    uptimeBadPercent: 98,
    reconnectGoodS: 5,
    reconnectWarnS: 15,
    reconnectBadS: 30,
    stormFailures: 3,
    stormReconnects: 6,
  },
  'api-performance': {
    errorsPerHour: 3,
    errorGoodPct: 0.2,
    errorWarnPct: 0.5,
    errorBadPct: 2,
    limitGoodPct: 50,
    limitWarnPct: 70,
    openSloMs: 1_000,
    closeSloMs: 1_000,
    stopSloMs: 500,
    priceSloMs: 250,
    sloTargetPct: 99.5,
  },
  'data-integrity': { residualRedPercent: 0.02, residualCriticalPercent: 0.2, storedBadPercent: 5 },
  'aged-positions': { agedH: 8, severeAgeH: 16, losingPercent: 0.5, nearLiquidationPercent: 15 },
  'zombie-orders': { ttlMin: 30, lifetimeMin: 5, manyLeftOver: 5 },
  pnl: {
    lossWarnPercent: 60,
    tradeLossOfPlan: 1.5,
    tradeLossAsPlanned: 1.25,
    tradeLossEquityPercent: 3,
    tradeLossCriticalPercent: 6,
    feeDragPercent: 40,
    concentrationPercent: 50,
  },
  'code-quality': { newErrors: 2 },
  'race-conditions': { stuckMin: 30, stuckMost: 3 },
  'hourly-timeline': { clusterErrors: 5 },
  'critical-events': {
    acknowledgeS: 600,
    errorsPerHourGood: 3,
    errorsPerHourWarn: 10,
    errorsPerHourBad: 30,
  },
  'monitoring-coverage': {
    completenessWarnPercent: 99.5,
    completenessHighPercent: 97,
    completenessBadPercent: 90,
    gapWarnS: 180,
    gapHighS: 900,
    uptimeGoodPercent: 99.95,
    uptimeWarnPercent: 99.5,
    uptimeBadPercent: 98,
  },
};

/**
 * For testnets and paper accounts, whose books, speed and resets say little of the bot. What a gate of the verdict
 * reads, what tells what is open and protected, and whether the money adds up stay as they are.
 */
const paper: Table = {
  'position-management': { entryFailureWarnPct: 15, entryFailureHighPct: 50 },
  'stop-loss': {
    initialSloMs: 5_000,
    initialRedMs: 15_000,
    initialMaxMs: 60_000,
    updateSloMs: 3_000,
    slippageGoodBps: 50,
    slippageWarnBps: 100,
    slippageWorstBps: 500,
    lossBeyondPlan: 4,
  },
  'trailing-stop': { stormPerMin: 2, stormMediumPerMin: 6, stormHighPerMin: 12 },
  'websocket-health': {
    uptimeGoodPercent: 99.5,
    uptimeWarnPercent: 97,
    uptimeBadPercent: 90,
    reconnectGoodS: 30,
    reconnectWarnS: 60,
    reconnectBadS: 180,
    stormFailures: 10,
    stormReconnects: 30,
  },
  'api-performance': {
    errorsPerHour: 20,
    errorGoodPct: 1,
    errorWarnPct: 5,
    errorBadPct: 15,
    openSloMs: 6_000,
    closeSloMs: 5_000,
    stopSloMs: 3_000,
    priceSloMs: 1_500,
    sloTargetPct: 95,
  },
  'aged-positions': { agedH: 24, severeAgeH: 48 },
  'zombie-orders': { ttlMin: 240 },
  pnl: { feeDragPercent: 100, concentrationPercent: 80 },
  'code-quality': { newErrors: 10 },
  'critical-events': {
    acknowledgeS: 3_600,
    errorsPerHourGood: 20,
    errorsPerHourWarn: 60,
    errorsPerHourBad: 180,
  },
};

/** Threshold differences from the usual policy, by name of the preset; `standard` is the usual one. */
export const PRESETS = { strict, standard: {}, paper } as const satisfies Readonly<Record<string, Table>>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

/** What the preset says of one section; nothing where it leaves the usual thresholds. */
export function presetOf(name: PresetName, part: string): Thresholds {
  const table: Table = PRESETS[name];
  return table[part] ?? {};
}
