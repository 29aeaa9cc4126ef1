import type { NodeRequest } from './node-request.ts';

/**
 * The body of Node's request as a stream that reads no further than it is asked to, and touches nothing before that. Whoever leaves early leaves
 * the rest unread: the connection carries the answer.
 */
export const bodyStream = (incoming: NodeRequest): ReadableStream<Uint8Array> => {
  let leave: (() => void) | undefined;
  const begin = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    const taken = (chunk: Uint8Array | string): void => {
      incoming.pause();
      controller.enqueue(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    };
    const ended = (): void => {
      leave?.();
      controller.close();
    };
    const broken = (error?: Error): void => {
      leave?.();
      controller.error(error ?? new Error('The connection broke off.'));
    };
    leave = () => incoming.off('data', taken).off('end', ended).off('error', broken).off('close', broken);
    incoming.pause();
    incoming.on('data', taken).on('end', ended).on('error', broken).on('close', broken);
    if (incoming.destroyed) broken();
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (!leave) begin(controller);
        if (!incoming.destroyed) incoming.resume();
      },
      cancel: () => leave?.(),
    },
    { highWaterMark: 0 },
  );
};
