/** Reads an answer until the text has come; what comes behind it stays unread. */
export const firstText = async (answer: Response, wanted: string): Promise<void> => {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes(wanted)) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) throw new Error(`the answer ended before ${wanted}: ${seen}`);
    seen += chunk.value;
  }
  reader?.releaseLock();
};
