import { RunyardError } from '@runyard/core';
import type { EventObject, JobObject, PodObject } from '../api/objects.ts';
import { createFollowers } from './followers.ts';
import type { Mirror } from './mirror.ts';
import { beginSession, type MirrorOptions, type Session } from './session.ts';
import type { View } from './view.ts';

/** Holds all Jobs and pods with our label, followed or not: whoever begins to follow one has all of it at once. */
export const createMirror = (options: MirrorOptions): Mirror => {
  const { clock } = options;
  let session: Session | null = null;
  let closed = false;
  const followers = createFollowers(clock, (uid) => session?.attempts.view(uid) ?? nothingOf(uid));

  const current = (): Session => {
    session ??= beginSession(options, {
      isFollowed: (uid) => followers.has(uid),
      onChange: (uid) => followers.changed(uid),
      isOver(attempts) {
        followers.sweep(lingerMs);
        attempts.sweep(lingerMs);
        if (followers.size > 0) return false;
        session = null;
        return true;
      },
    });
    return session;
  };

  const open = (): Session => {
    if (closed) throw new RunyardError('closed', 'The Kubernetes executor was closed.');
    return current();
  };

  return {
    follow(uid) {
      const follower = followers.follow(uid);
      if (!closed) current();
      // A session may end just as somebody comes: then the next one is waited for.
      const ready = async (signal: AbortSignal): Promise<void> => {
        for (;;) {
          const mine = open();
          try {
            return await mine.ready(signal);
          } catch (error) {
            if (mine === session || closed || signal.aborted) throw error;
          }
        }
      };
      return { ...follower, ready };
    },
    take(kind, object) {
      // Where nothing is watched, a list will tell.
      if (session === null) return;
      if (kind === 'job') session.attempts.jobs.put(object as JobObject);
      else if (kind === 'pod') session.attempts.pods.put(object as PodObject);
      else session.attempts.putEvent(object as EventObject);
    },
    takeGone(kind, uid) {
      if (kind === 'job') session?.attempts.jobs.remove(uid);
      else session?.attempts.pods.remove(uid);
    },
    close() {
      closed = true;
      session?.end(new RunyardError('closed', 'The Kubernetes executor was closed.'));
    },
  };
};

const nothingOf = (uid: string): View => ({ uid, job: null, jobGone: false, pods: [], events: [] });

// Who has started something waits for it a moment later; and who was told that the server is away comes again.
const lingerMs = 30_000;
