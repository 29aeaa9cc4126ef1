import { shellQuote } from '../../domain/run/shell-quote.ts';

/** A command that is executed without a shell, as a line of shell that means the same. */
export const commandLine = (words: readonly string[]): string =>
  words
    .map((word, index) => (plain.test(word) && !(index === 0 && keyword.test(word)) ? word : shellQuote(word)))
    .join(' ');

const plain = /^[A-Za-z0-9_./:@%+,-]+$/;
const keyword = /^(if|then|else|elif|fi|do|done|case|esac|while|until|for|in)$/;
