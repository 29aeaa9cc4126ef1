import type { AccessRow } from '../../test/support/http-access-table.ts';

/** Who may call a route, in words, by the rows of the authorization table; they are what the tests try, one by one. */
export const whoMay = (rows: readonly AccessRow[]): string => {
  if (rows.some((row) => may(row, 'nobody'))) return 'Anybody, also without a token.';
  const own = rows.find(({ thing }) => thing === 'own' || thing === '-');
  if (!own) throw new Error('A route has no row for what is one’s own.');
  const isOfAdmins = !may(own, 'ann');
  if (own.route === 'GET /metrics') return 'Admins, and tokens of the host. Scopes: `metrics:read`.';
  if (isOfAdmins) return 'Admins. Of the scopes only `admin` suffices.';
  const people = [
    own.thing === '-' ? 'Whoever is signed in' : 'Whose it is',
    ...(rows.some((row) => row.thing === 'group' && may(row, 'ben')) ? ['members of the group whose it is'] : []),
    ...(own.thing === '-' ? [] : ['admins']),
  ];
  return `${people.join(', ')}. ${tokens(own)}`;
};

// 409 is said to somebody who may, about a thing that something stands in the way of.
const may = ({ cells }: AccessRow, column: string): boolean => cells[column] === 'ok' || cells[column] === '409';

const tokens = (own: AccessRow): string => {
  if (own.thing === '-' && Object.keys(own.cells).every((column) => column === 'nobody' || may(own, column)))
    return 'Any token.';
  const scopes = Object.keys(own.cells)
    .filter((column) => column.startsWith('ann/') && column !== 'ann/admin' && may(own, column))
    .map((column) => `\`${column.slice('ann/'.length)}\``);
  const others = [
    ...(may(own, 'job') ? ['a token for one job, of that one'] : []),
    ...(may(own, 'run') ? ['the token of a run, of its own job'] : []),
  ];
  const narrowed = scopes.length === 0 ? 'Of the scopes only `admin` suffices' : `Scopes: ${scopes.join(', ')}`;
  return `${[narrowed, ...others].join('; ')}.`;
};
