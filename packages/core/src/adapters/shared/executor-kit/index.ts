// `@runyard/core/executor-kit`: what executors of other packages share with ours.

export { shellQuote } from '../../../domain/run/shell-quote.ts';
