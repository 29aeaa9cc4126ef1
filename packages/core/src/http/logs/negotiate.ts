export const logFormats = ['text/plain', 'application/x-ndjson', 'text/event-stream'] as const;
export type LogFormat = (typeof logFormats)[number];

/** The format that an `Accept` header likes best; the first where it says nothing that we have. */
export const negotiate = <Format extends string>(
  accept: string | null,
  formats: readonly [Format, ...Format[]],
): Format => {
  let [best] = formats;
  let bestQuality = 0;
  for (const range of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const format = formats.find((each) => each === type);
    const quality = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1);
    if (format !== undefined && quality > bestQuality) [best, bestQuality] = [format, quality];
  }
  return best;
};
