import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import type { Principal } from '@runyard/core';

export interface RequestWithUser {
  headers: Record<string, string | undefined>;
  user?: Principal;
}

const users: Record<string, Principal> = {
  'alices-key': { kind: 'user', id: 'alice', groups: ['reports'] },
  'bobs-key': { kind: 'user', id: 'bob' },
};

/** The guard that this service had before Runyard came: it knows users by a key. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RequestWithUser>();
    const user = users[request.headers['x-api-key'] ?? ''];
    if (user === undefined) throw new UnauthorizedException('Send a known key as X-Api-Key.');
    request.user = user;
    return true;
  }
}
