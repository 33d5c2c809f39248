import { scoringSettings } from '../audit/scoring.ts';
import type { PolicySection } from './policy.ts';

/** The sections of the registry, and the scores' own settings: everything that `policy` may hold. */
export async function policySections(): Promise<readonly PolicySection[]> {
  const { registry } = await import('../sections/index.ts');
  return [...registry.sections, { id: 'scoring', title: 'Scores', settings: scoringSettings }];
}
