import { timeColumnOf, type EntityName } from '../../audit/contract.ts';

/** The condition under which a row belongs to the window, on contract columns. */
export function windowCondition(entity: EntityName, alias: string): string {
  if (entity === 'position') {
    return `${alias}.opened_at < :to and (${alias}.closed_at is null or ${alias}.closed_at >= :from)`;
  }
  const time = timeColumnOf(entity);
  return time === null ? 'true' : `${alias}.${time} >= :from and ${alias}.${time} < :to`;
}
