/**
 * `assume`: what a fence in the write itself can tell is not read first. `read`: everything is read and locked, for when an
 * assumption was wrong.
 */
export type Mode = 'assume' | 'read';
