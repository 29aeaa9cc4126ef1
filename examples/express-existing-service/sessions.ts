import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { User } from './users.ts';

export interface RequestOfUser extends Request {
  /** Set by `sessions().read` where somebody is signed in. */
  user?: User;
}

/** Sessions by a cookie, as the service had them before: in memory here, and any session middleware will do as well. */
export const sessions = () => {
  const users = new Map<string, User>();
  return {
    // Without `SameSite` a form on any other site could start jobs in the name of whoever is signed in here.
    begin(response: Response, user: User): void {
      const id = randomBytes(24).toString('base64url');
      users.set(id, user);
      response.setHeader('set-cookie', `sid=${id}; HttpOnly; SameSite=Strict; Path=/`);
    },
    end: (request: Request): boolean => users.delete(sessionOf(request)),
    read: ((request: RequestOfUser, _response: Response, next: NextFunction) => {
      const user = users.get(sessionOf(request));
      if (user) request.user = user;
      next();
    }) satisfies RequestHandler,
  };
};

const sessionOf = ({ headers }: Request): string => /(?:^|;\s*)sid=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
