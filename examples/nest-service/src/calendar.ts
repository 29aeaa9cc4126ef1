import { Injectable } from '@nestjs/common';

/** Something that the service has already, and its jobs need. */
@Injectable()
export class Calendar {
  workingDays(): string {
    return 'Mon,Tue,Wed,Thu,Fri';
  }
}
