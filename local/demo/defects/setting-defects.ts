import { timeCell } from '../rows/time-cells.ts';
import { HOUR_MS } from '../shifts.ts';
import type { Defect } from './defect.ts';
import { cellsOf, within } from './row-cells.ts';

export const looserLimit: Defect = {
  name: 'looser-limit',
  title: 'The bot’s own limit of a trade’s loss is half as high again as its operator’s',
  causes: [{ rule: 'CF-01', severity: 'MEDIUM', subjects: ['per_trade_loss'] }],
  inject(world) {
    world.rowEdits.push(({ limit }) => {
      for (const row of limit) if (row['name'] === 'per_trade_loss') row['value'] = '180';
    });
    return ['per_trade_loss'];
  },
};

export const unreviewedChange: Defect = {
  name: 'unreviewed-change',
  title: 'Somebody raises the size of entries in the fourth hour, and nobody looks at it',
  causes: [{ rule: 'CF-02', severity: 'MEDIUM', subjects: ['entry_notional'] }],
  inject(world, shift) {
    const at = shift.from + 3 * HOUR_MS + 741_209;
    world.rowEdits.push(({ event }) => {
      event.push({
        at: timeCell(at),
        type: 'config_changed',
        id: `EC-${shift.name}`,
        severity: 'INFO',
        writer: 'console',
        data: { key: 'entry_notional', old: 1500, new: 1650 },
      });
    });
    return ['entry_notional'];
  },
};

export const staleFilters: Defect = {
  name: 'stale-filters',
  title: 'The exchange filters are not read again from the second hour on',
  causes: [{ rule: 'HC-03', severity: 'LOW', subjects: ['exchange_filters'] }],
  inject(world, shift) {
    world.rowEdits.push(({ state }) => {
      state
        .filter((row) => row['name'] === 'exchange_filters' && within(row, 'at', ...cellsOf(shift)))
        .forEach((row, index) => Object.assign(row, { age_s: String(41 + index * 3_600) }));
    });
    return ['exchange_filters'];
  },
};
