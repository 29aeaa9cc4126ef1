export const logFormats = ['text/plain', 'application/x-ndjson', 'text/event-stream'] as const;
export type LogFormat = (typeof logFormats)[number];

/** The format that an `Accept` header likes best; text where it says nothing that we have. */
export const negotiate = (accept: string | null): LogFormat => {
  let best: LogFormat = 'text/plain';
  let bestQuality = 0;
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = logFormats.find((each) => each === type);
    const quality = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
    if (format !== undefined && quality > bestQuality) [best, bestQuality] = [format, quality];
  }
  return best;
};
