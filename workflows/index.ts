// Every export is registered as a workflow type: export workflows and nothing else.
export { botPurge } from './bot-purge.ts';
export { monitorWindow } from './monitor-window.ts';
export { monthlyAudit } from './monthly-audit.ts';
export { nightlyAudit } from './nightly-audit.ts';
export { productionAudit } from './production-audit.ts';
export { redelivery } from './redelivery.ts';
export { retentionPurge } from './retention-purge.ts';
