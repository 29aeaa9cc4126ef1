import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';

export interface RequestOfStaff {
  headers: Record<string, string | undefined>;
  staff?: string;
}

/** Stands for what a service really has: here everybody who says a name is staff. */
@Injectable()
export class StaffGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RequestOfStaff>();
    const name = request.headers['x-staff'];
    if (name === undefined) return false;
    request.staff = name;
    return true;
  }
}
