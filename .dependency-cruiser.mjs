/** Who may import whom, each with its reason (docs/architecture.md). Type-only imports of audit/ are free to all. */
const ours =
  '^(audit|sections|sources|store|report|delivery|activities|workflows|server|local|cli|config|bench)/|^(config|worker|cli)\\.ts$';
const only = (name, comment, from, allowed, extra = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: ours, pathNot: allowed, dependencyTypesNot: ['type-only'], ...extra },
});
const driver = (name, comment, module, where) => ({
  name,
  comment,
  severity: 'error',
  from: { path: ours, pathNot: where },
  to: { path: `node_modules/(${module})/`, dependencyTypesNot: ['type-only'] },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle has no order in which it can be understood, and one of types alone has none either.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    only(
      'audit-stays-pure',
      'The engine is a function of evidence; it knows nothing around it.',
      '^audit/',
      '^audit/',
    ),
    only(
      'sections-see-only-the-engine',
      'A section never touches a source, so it can be tested with literals.',
      '^sections/',
      '^(audit|sections)/',
    ),
    {
      name: 'no-section-imports-another',
      comment: 'What two sections need is shared; a section can be read, moved and removed alone.',
      severity: 'error',
      from: { path: '^sections/(?!shared/)([a-z-]+)(/|[.]ts$)', pathNot: '^sections/index[.]ts$' },
      to: { path: '^sections/', pathNot: '^sections/(shared/|$1(/|[.]ts$))' },
    },
    {
      name: 'shared-code-imports-no-section',
      comment: 'Shared words, queries and facts stand below all sections.',
      severity: 'error',
      from: { path: '^sections/shared/' },
      to: { path: '^sections/', pathNot: '^sections/shared/' },
    },
    only(
      'sources-see-only-the-engine',
      'Collecting must not depend on what is made of the evidence.',
      '^sources/',
      '^(audit|sources|store)/',
    ),
    only('store-sees-only-the-engine', 'The store keeps; it does not decide.', '^store/', '^(audit|store)/'),
    only(
      'report-stays-in-report',
      'Every format is a function of the report object alone.',
      '^report/',
      '^(audit|report)/',
    ),
    only(
      'delivery-sees-only-the-engine',
      'Mail is made from a finished report.',
      '^delivery/',
      '^(audit|delivery|store)/',
    ),
    only(
      'workflows-stay-deterministic',
      'The sandbox bundle holds orchestration only; activities come as types. The tables that inputs are checked by are data.',
      '^workflows/(?!bundle)',
      '^workflows/|^audit/(time|window-title|coverage-words|kinds|calendar|formats|retention|retention-text|bot-retention|alerts/[a-z-]+|snapshot-gap|monitored)\\.ts$',
    ),
    only(
      'activities-are-thin',
      'Activities wire sources, engine, renderers and store; they know no process shell.',
      '^activities/',
      '^(activities|audit|sections|sources|store|report|delivery|workflows)/',
    ),
    only(
      'server-only-serves',
      'The HTTP side reads the archive and nothing else.',
      '^server/',
      '^(server|audit|store)/',
    ),
    driver(
      'pg-only-in-sources-and-store',
      'One place to get connections, timeouts and error handlers right.',
      'pg',
      '^(sources|store|local|test|bench)/',
    ),
    driver(
      'puppeteer-only-in-pdf',
      'One place to close browsers.',
      'puppeteer',
      '^(report/pdf|local/|test/|bench/)',
    ),
    driver(
      'mailer-only-in-delivery',
      'One place where mail can leave.',
      'nodemailer',
      '^(delivery|test|local)/',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
