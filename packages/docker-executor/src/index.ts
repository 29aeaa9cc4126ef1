// The public names, listed by hand. Nothing inside imports this file.

export {};
