/**
 * Where a request came from, as the host's framework has it: `req.ip` where there is one (Express judges by the host's `trust proxy`), else
 * the address of the connection. Null: nobody says.
 */
export const clientAddress = ({ req }: { req?: unknown }): string | null => {
  if (!isObject(req)) return null;
  if (isAddress(req.ip)) return req.ip;
  const address = isObject(req.socket) ? req.socket.remoteAddress : undefined;
  return isAddress(address) ? address : null;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isAddress = (value: unknown): value is string => typeof value === 'string' && value !== '';
