import type { BlockView } from './block-view.ts';

/** What `section.hbs` prints. */
export interface SectionView {
  readonly anchor: string;
  /** `appendix` is set smaller. */
  readonly className: string;
  readonly title: string;
  /** Unfolded by who wants to read it. */
  readonly folded: boolean;
  readonly error: string;
  readonly parts: readonly {
    readonly anchor: string;
    readonly title: string;
    /** `run-in`: its sentence stands beside its title. */
    readonly className: string;
    readonly blocks: readonly BlockView[];
  }[];
}
