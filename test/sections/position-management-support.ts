import { positionManagement } from '../../sections/position-management.ts';
import { evaluate, BOT, type Evidence } from './support.ts';

export const run = (evidence: Evidence) => evaluate(positionManagement, evidence);
export const limits = (changes: object): NonNullable<Evidence['bot']> => ({
  limits: { ...BOT.limits, ...changes },
});
