import { CLEAN } from './case.ts';
import { casesTest } from './cases.ts';

/** The worst of each kind; the variations are in the deep tests beside this one. */
casesTest([
  { name: 'the clean world as it is', world: 'clean', sql: [], right: CLEAN },
  {
    name: 'an entry fill stored twice under another id',
    world: 'clean',
    sql: ['q53.sql'],
    right: {
      ...CLEAN,
      findings: ['MEDIUM PM-06'],
      trades: { 'P-00622': '9.84 7.75' },
      words: [/Fill P-00622-e1-f1-ws is beyond what order P-00622-e1 filled.* 720\.8, and 360\.4/],
    },
  },
]);
