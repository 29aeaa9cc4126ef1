import type { WorkerSetup } from './messages.ts';
import { startThread, type Thread } from './thread.ts';

/** The store's threads, open. */
export interface Threads {
  /** The installation id. */
  installation: string;
  /** Every commit. */
  writer: Thread;
  /** What is found by key or through a short index: the engine's reads, and single records. */
  reader: Thread;
  /** What may take long: lists. Started by the first. */
  lister(): Promise<Thread>;
  close(): Promise<void>;
}

export const openThreads = async (url: URL, setup: Omit<WorkerSetup, 'role'>): Promise<Threads> => {
  const writer = startThread(url, { ...setup, role: 'writer' });
  const reader = startThread(url, { ...setup, role: 'reader' });
  let lister: ReturnType<typeof opening> | null = null;

  // The writer last: the last connection to close tidies up the journal.
  const close = async (): Promise<void> => {
    await Promise.all([reader.close(), lister?.thread.close()]);
    await writer.close();
  };

  try {
    const installation = String(await writer.ask({ kind: 'open' }));
    await reader.ask({ kind: 'open' });
    return {
      installation,
      writer,
      reader,
      async lister() {
        lister ??= opening(startThread(url, { ...setup, role: 'reader' }));
        const { thread, opened } = lister;
        await opened.catch(async (error: unknown) => {
          lister = null; // the next list tries again
          await thread.close();
          throw error;
        });
        return thread;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

const opening = (thread: Thread): { thread: Thread; opened: Promise<unknown> } => ({
  thread,
  opened: thread.ask({ kind: 'open' }),
});
