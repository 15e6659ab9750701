import { type JsonRecord, textOf } from '../../json.ts';
import { answerFromKong, type ProxyExchange } from '../exchange.ts';
import { texts } from '../router.ts';
import { refersTo } from '../table.ts';
import { groupsOf } from './scope.ts';

/** Runs acl; returns whether the request has been answered. */
export function runAcl(exchange: ProxyExchange, config: JsonRecord): boolean {
  const { consumer } = exchange;
  if (consumer === undefined) {
    answerFromKong(exchange, 401, 'Unauthorized');
    return true;
  }
  const groups = exchange.table
    .all('acls')
    .filter((acl) => refersTo(acl['consumer'], textOf(consumer['id'])))
    .map((acl) => textOf(acl['group']));
  if (config['include_consumer_groups'] === true)
    groups.push(...groupsOf(exchange, consumer).map((group) => textOf(group['name'])));
  if (!mayPass(groups, config)) {
    answerFromKong(exchange, 403, 'You cannot consume this service');
    return true;
  }
  if (config['hide_groups_header'] !== true && groups.length > 0)
    exchange.headers.set('x-consumer-groups', groups.toSorted().join(', '));
  return false;
}

function mayPass(groups: readonly string[], config: JsonRecord): boolean {
  const deny = texts(config['deny']);
  if (deny.length > 0) return !groups.some((group) => deny.includes(group));
  return groups.some((group) => texts(config['allow']).includes(group));
}
