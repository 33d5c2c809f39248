// Every export is registered as a workflow type: export workflows and nothing else.
export { alertWatch } from './alert-watch.ts';
export { alerts } from './alerts.ts';
export { botPurge } from './bot-purge.ts';
export { dailyMaintenance } from './daily-maintenance.ts';
export { monitorWindow } from './monitor-window.ts';
export { monthlyAudit } from './monthly-audit.ts';
export { nightlyAudit } from './nightly-audit.ts';
export { periodAudit } from './period-audit.ts';
export { productionAudit } from './production-audit.ts';
export { redelivery } from './redelivery.ts';
export { reportWatchdog } from './report-watchdog.ts';
export { retentionPurge } from './retention-purge.ts';
