import type { z } from 'zod';
import type { GroupView, MemberView } from '../../services/groups/api.ts';
import type { groupMember, groupMemberList, group as groupSchema } from '../schemas/groups.ts';
import { toTimestamp } from './time.ts';

/** A group on the wire. */
export const groupAnswer = (group: GroupView): z.output<typeof groupSchema> => ({
  id: group.id,
  groupname: group.name,
  description: group.description ?? '',
  created_at: toTimestamp(group.createdAt),
  updated_at: toTimestamp(group.updatedAt),
  avatar_url: '',
  is_multiple_ssh_keys: false,
  org_id: '',
  org_name: '',
  org_admin: false,
});

/** As a list shows him. */
export const memberAnswer = (member: MemberView): z.output<typeof groupMemberList>['users'][number] => ({
  id: member.userId,
  username: member.name,
  full_name: member.displayName ?? '',
  avatar_url: '',
  member_since: toTimestamp(member.since),
});

/** A membership. Within its group the user's id is its own. */
export const membershipAnswer = (groupId: string, { userId, since }: MemberView): z.output<typeof groupMember> => ({
  id: userId,
  user_id: userId,
  group_id: groupId,
  created_at: toTimestamp(since),
});
