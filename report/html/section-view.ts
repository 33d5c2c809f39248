import type { BlockView } from './block-view.ts';

/** What `section.hbs` prints. */
export interface SectionView {
  readonly anchor: string;
  /** `appendix` is set smaller. */
  readonly className: string;
  readonly title: string;
  readonly error: string;
  readonly parts: readonly {
    readonly anchor: string;
    readonly title: string;
    readonly blocks: readonly BlockView[];
  }[];
}
