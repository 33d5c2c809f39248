import type { Unit } from './figure.ts';
import type { Text } from './text.ts';
import type { Scalar } from './value.ts';

/** A column of a dataset: how its cells are written. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
  readonly currency?: string;
  /** Left to the CSV first where a table has more columns than can be read. */
  readonly detail?: true;
}

/** All rows of one table. The report shows some of them, the CSV has all; both point at this. */
export interface Dataset {
  /** Unique in the report, a file name: `stop-loss.unprotected`. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Scalar[])[];
  readonly queries: readonly string[];
}

/** One named line of a chart. A null value is a gap and is drawn as one. */
export interface Series {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly currency?: string;
  readonly queries: readonly string[];
  /** `at` is ISO 8601 UTC; for bars it is the start of the bucket. */
  readonly points: readonly { readonly at: string; readonly value: number | null }[];
}

export interface Interval {
  readonly from: string;
  readonly to: string;
}

/** Colour means something: a venue (first, second, ...), what is bad, what is neutral. */
export type Tone = 'first' | 'second' | 'neutral' | 'warning' | 'bad';

export type Chart =
  | {
      readonly kind: 'line';
      /** Series ids, in the order of their tones. */
      readonly series: readonly { readonly id: string; readonly tone: Tone; readonly step: boolean }[];
      /** Key of the figure that draws a limit line. */
      readonly limit?: { readonly figure: string; readonly title: string };
    }
  | {
      readonly kind: 'strip';
      /** Intervals to fill, e.g. minutes with an unprotected position. */
      readonly intervals: readonly Interval[];
      readonly tone: Tone;
      /** Key of the figure printed at the right end. */
      readonly total: string;
    }
  | {
      readonly kind: 'multiples';
      readonly rows: readonly { readonly series: string; readonly total: string; readonly tone: Tone }[];
      /** Name of a last row that shows the gaps: what watched the window. None where nothing did: no row. */
      readonly seen?: string;
    };

/** One row of a metrics table: a figure key (or null) per column. */
export interface MetricRow {
  readonly title: string;
  readonly id?: string;
  readonly figures: readonly (string | null)[];
  /** Last column: where the numbers come from. */
  readonly basis: Text;
}

/** The closed set of things a report can show. Renderers know blocks, never sections. */
export type Block =
  | { readonly type: 'paragraph'; readonly text: Text }
  | { readonly type: 'note'; readonly tone: Tone; readonly text: Text }
  | {
      readonly type: 'metrics';
      readonly title?: string;
      readonly columns: readonly string[];
      readonly rows: readonly MetricRow[];
      /** Looked things up in rather than read: on paper in narrow columns, without the basis. */
      readonly reference?: true;
    }
  | {
      readonly type: 'table';
      readonly title?: string;
      readonly dataset: string;
      /** Rows printed; the CSV has all of them. */
      readonly limit: number;
      /** Said when the dataset is empty. */
      readonly empty: Text;
    }
  | {
      readonly type: 'chart';
      readonly title: string;
      /** Says from how many snapshots or rows. */
      readonly subtitle: Text;
      readonly window: Interval;
      /** Unseen time, drawn as hatching. */
      readonly gaps: readonly Interval[];
      readonly chart: Chart;
      /** Text alternative for readers who cannot see it. */
      readonly alt: string;
    }
  | { readonly type: 'findings'; readonly findings: readonly string[]; readonly none: Text }
  | {
      readonly type: 'list';
      readonly ordered: boolean;
      readonly items: readonly ListItem[];
      readonly empty: Text;
    }
  | {
      readonly type: 'checklist';
      readonly items: readonly { readonly done: boolean; readonly text: Text }[];
    }
  | {
      readonly type: 'code';
      readonly title?: string;
      readonly language: string;
      readonly text: string;
      /** To be looked up: paper names the files that have it. */
      readonly reference?: true;
    }
  | { readonly type: 'glance'; readonly figures: readonly { readonly key: string; readonly title: string }[] }
  /** The files beside the report. */
  | { readonly type: 'files' }
  /** The queries that were run, with their texts where a format can fold them. */
  | { readonly type: 'queries' };

export interface ListItem {
  readonly lead: Text;
  readonly detail?: Text;
  /** Id of the finding it speaks of; printed as its rule id with a link. */
  readonly finding?: string;
}

/** A numbered subsection: `1.1 Statistics`. */
export interface Part {
  readonly title: string;
  readonly blocks: readonly Block[];
}
