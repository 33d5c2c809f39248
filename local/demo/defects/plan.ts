import { SHIFT_NAMES, type ShiftName } from '../shifts.ts';
import type { World } from '../world.ts';
import { DEFECTS } from './index.ts';

/** Which defects each shift has, by name. */
export type DefectPlan = Readonly<Record<ShiftName, readonly string[]>>;

/** What the demo shows: six defects in the newest shift, one in each of the two before, one of which lasts. */
export const DEFAULT_PLAN: DefectPlan = {
  oldest: ['entry-failures'],
  middle: ['naked-stop-updates'],
  newest: [
    'stop-missing-at-end',
    'naked-stop-updates',
    'wallet-residual',
    'snapshots-missing',
    'aged-losing-position',
    'error-cluster',
  ],
};

export const NO_DEFECTS: DefectPlan = { oldest: [], middle: [], newest: [] };

/** A plan with these in the newest shift, and those that last in the shifts before too. */
export function planOf(names: readonly string[]): DefectPlan {
  const lasting = names.filter((name) => DEFECTS.some((one) => one.name === name && one.lasts === true));
  return { oldest: lasting, middle: lasting, newest: names };
}

/** Injects the plan's defects, oldest shift first, and returns what each one hit. Throws on a name that no defect has. */
export function injectDefects(world: World, plan: DefectPlan): ReadonlyMap<string, readonly string[]> {
  const hit = new Map<string, readonly string[]>();
  for (const shiftName of SHIFT_NAMES) {
    const shift = world.shifts.find(({ name }) => name === shiftName);
    if (!shift) throw new Error(`the world has no shift ${shiftName}`);
    for (const name of plan[shiftName]) {
      const defect = DEFECTS.find((candidate) => candidate.name === name);
      if (!defect)
        throw new Error(`no defect ${name}; there are ${DEFECTS.map((known) => known.name).join(', ')}`);
      hit.set(`${shiftName}/${name}`, defect.inject(world, shift));
    }
  }
  return hit;
}
