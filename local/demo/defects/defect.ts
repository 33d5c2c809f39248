import type { Severity } from '../../../audit/finding.ts';
import type { Venue } from '../instruments.ts';
import type { Shift } from '../shifts.ts';
import type { World } from '../world.ts';

/** One finding that the audit must have because of a defect. */
export interface Cause {
  readonly rule: string;
  /** Exchange of the finding; left out when the finding is about none or the defect is on both. */
  readonly venue?: Venue;
  readonly severity: Severity;
  /** Subjects that the finding names, where the defect always hits the same ones. */
  readonly subjects?: readonly string[];
}

/**
 * A planted defect: ground truth for the audit. `inject` changes the world so that `causes` are found in that shift's
 * window, and nothing else. It returns the symbols or components that it hit.
 */
export interface Defect {
  /** Kebab-case, unique. */
  readonly name: string;
  /** What is wrong, as a person would say it. */
  readonly title: string;
  readonly inject: (world: World, shift: Shift) => readonly string[];
  readonly causes: readonly Cause[];
  /** It shows after three windows: each shift has it, and the newest one's report finds it by those before. */
  readonly lasts?: true;
  /** The kind of report that has its rule; `production` where it is left out. */
  readonly kind?: string;
}
