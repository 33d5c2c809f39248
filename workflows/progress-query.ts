import { defineQuery } from '@temporalio/workflow';
import type { AuditProgress } from './types.ts';

/** Where an audit is: followed by the command line. */
export const progressQuery = defineQuery<AuditProgress>('progress');
