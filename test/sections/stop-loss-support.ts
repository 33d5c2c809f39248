import { stopLoss } from '../../sections/stop-loss.ts';
import { at, evaluate, findingsOf, type Evidence } from './support.ts';
import { position, stop } from './trading-rows.ts';

export const run = (evidence: Evidence) => evaluate(stopLoss, evidence);
export const gate = (result: ReturnType<typeof run>) => result.gates[0]?.failed;
export const severities = (result: ReturnType<typeof run>, rule: string) =>
  findingsOf(result, rule).map(({ severity }) => severity);

export const EQUITY = [
  { exchange: 'binance', currency: 'USDT', bucket: at('00:00'), at: at('00:00'), equity: '100000' },
];
export const OPEN = [position('a')];
export const STOPPED = [stop('a', 's1', at('01:00'))];
