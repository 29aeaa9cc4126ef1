import type { LogLine } from '../../services/api.ts';

/** Those who follow a log share its lines, and what is written of them. */
export const oncePerLine = (write: (line: LogLine) => string): ((line: LogLine) => string) => {
  const written = new WeakMap<LogLine, string>();
  return (line) => {
    const known = written.get(line);
    if (known !== undefined) return known;
    const text = write(line);
    written.set(line, text);
    return text;
  };
};
